//! `-v`: every `openclaw` and `node` in reach.

use crate::render::Page;
use crate::render::programs::rows;
use crate::render::theme::Tone;
use crate::render::width::{pad, wrap};

const NAME: usize = 10;

pub(super) fn part(page: &Page<'_>) -> String {
    let theme = page.theme;
    let rows = rows(&page.report.programs);
    if rows.is_empty() {
        return String::new();
    }
    let mut text = theme.paint(Tone::Strong, "Programs");
    text.push('\n');
    for [name, path, version, uses] in rows {
        let line = format!("{path} · {version} · {uses}");
        for (at, line) in wrap(&line, theme.width.saturating_sub(NAME + 2))
            .into_iter()
            .enumerate()
        {
            let name = if at == 0 { name.as_str() } else { "" };
            text.push_str(&format!("  {}{line}\n", pad(name, NAME)));
        }
    }
    text
}
