//! What is withheld before anything is shown: masks, secret_patterns, the leak scan.

mod allowed;
pub(crate) mod arguments;
pub(crate) mod encodings;
pub(crate) mod extras;
pub(crate) mod leak_scan;
pub mod log_line;
pub(crate) mod mask;
pub(crate) mod mask_config;
pub(crate) mod mask_plist;
pub(crate) mod mask_unit;
pub(crate) mod secret_patterns;
pub(crate) mod shapes;
mod text_index;
pub mod vocabulary;

pub use arguments::{arguments, links, program};
pub use extras::{Extras, MaskedText};
pub use leak_scan::{Leak, Scanner};
pub(crate) use mask::is_known;
pub use mask_config::mask as mask_config;
pub use mask_plist::mask as mask_plist;
pub use mask_unit::mask as mask_unit;
pub use secret_patterns::SecretPatterns;
pub(crate) use text_index::TextIndex;
