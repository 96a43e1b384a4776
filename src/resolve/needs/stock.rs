//! What answers for the providers, channels and services of the stock release, and of its official external plugins.
//! `scripts/needs-table` makes the table from an installed package.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The table of one release.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Stock {
    /// The release that it was made from.
    pub(crate) release: String,
    pub(crate) providers: BTreeMap<String, StockProvider>,
    pub(crate) channels: BTreeMap<String, StockChannel>,
    pub(crate) search: BTreeMap<String, StockSearch>,
    /// Variables by id of the speech service.
    pub(crate) speech: BTreeMap<String, Vec<String>>,
}

/// A provider of models.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct StockProvider {
    /// Its variables in the order in which they are read.
    #[serde(default)]
    pub(crate) env: Vec<String>,
    /// The one to speak of where none is set.
    pub(crate) ask: Option<String>,
    /// The provider whose login it shares, where it is another name for one.
    pub(crate) of: Option<String>,
    /// The npm package of an external plugin; none for a bundled one.
    pub(crate) package: Option<String>,
    /// A server of one's own, which wants no key.
    #[serde(default)]
    pub(crate) local: bool,
    /// The login is a cloud account's or another program's.
    #[serde(default)]
    pub(crate) login: bool,
    /// Groups of variables of a cloud account; of each one is enough, and none is needed where a file or the machine
    /// itself stands for them.
    #[serde(default)]
    pub(crate) cloud: Vec<Vec<String>>,
}

/// A channel.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct StockChannel {
    pub(crate) package: Option<String>,
    /// Each of these must be answered; empty where it has a login of its own or none is known.
    #[serde(default)]
    pub(crate) needs: Vec<ChannelNeed>,
}

/// One thing that a channel must have.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ChannelNeed {
    /// Fields of its section; one is enough.
    pub(crate) fields: Vec<String>,
    /// Variables that stand in for them.
    pub(crate) env: Vec<String>,
    /// A setting and the values under which this counts.
    #[serde(default)]
    pub(crate) when: Vec<String>,
    /// A setting and the values under which it does not.
    #[serde(default)]
    pub(crate) unless: Vec<String>,
}

/// A service of web search.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct StockSearch {
    pub(crate) plugin: String,
    pub(crate) env: Vec<String>,
}

/// Returns the table.
pub(crate) fn stock() -> &'static Stock {
    static TABLE: OnceLock<Stock> = OnceLock::new();
    TABLE.get_or_init(|| serde_json::from_str(include_str!("stock.json")).unwrap_or_default())
}

/// Finds a provider by its id, in any letter case.
pub(crate) fn provider(id: &str) -> Option<&'static StockProvider> {
    stock().providers.get(&id.to_ascii_lowercase())
}

/// Returns whether a profile stored for one provider serves the other: the same id in any letter case, or names for one
/// (`providerAuthAliases` of the manifests, aliases of the catalog).
pub(crate) fn same_login(stored: &str, wanted: &str) -> bool {
    let realm = |id: &str| {
        let of = provider(id).and_then(|stock| stock.of.clone());
        of.unwrap_or_else(|| id.to_ascii_lowercase())
    };
    realm(stored) == realm(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_for_one_login() {
        for (stored, wanted, same) in [
            ("xai", "x-ai", true),
            ("zai", "Z.AI", true),
            ("minimax-portal", "minimax-portal-cn", true),
            ("minimax-portal", "minimax", false),
            ("custom", "Custom", true),
            ("openai", "anthropic", false),
        ] {
            assert_eq!(same_login(stored, wanted), same, "{stored} {wanted}");
        }
    }

    #[test]
    fn the_table_is_read() {
        let stock: Stock = serde_json::from_str(include_str!("stock.json")).unwrap();
        assert!(stock.providers.len() > 60 && stock.channels.len() > 20 && stock.search.len() > 8);
        assert_eq!(provider("Z.AI").unwrap().env, ["ZAI_API_KEY", "Z_AI_API_KEY"]);
        assert!(provider("ollama").unwrap().local && provider("groq").unwrap().package.is_some());
        assert_eq!(stock.channels["discord"].needs[0].env, ["DISCORD_BOT_TOKEN"]);
        assert_eq!(stock.search["kimi"].plugin, "moonshot");
        assert_eq!(stock.speech["elevenlabs"][0], "ELEVENLABS_API_KEY");
    }
}
