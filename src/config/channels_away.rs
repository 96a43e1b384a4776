//! Configured channels that a Gateway starts without: their plugins are not installed, or are switched off.

use serde_json::Value;

use super::installed::Installed;
use super::problem::Problem;
use super::schema::{Tables, Where};
use super::settings;
use super::table::Table;
use crate::model::snapshot::PluginSettings;

/// Kind of the note that a channel's plugin, which comes with the package, is switched off.
pub(crate) const CHANNEL_OFF: &str = "channel-plugin-off";

/// Notes the channels whose plugins are switched off; that `plugins.allow` does not name them does not switch them off
/// (2026.9.6, played with telegram).
pub(super) fn switched_off(config: &Value, installed: &Installed<'_>, out: &mut Vec<Problem>) {
    let channels = config.get("channels").and_then(Value::as_object).into_iter().flatten();
    for (id, channel) in channels {
        let on = channel.as_object().is_some_and(|map| {
            map.keys().any(|key| key != "enabled") && map.get("enabled") != Some(&Value::Bool(false))
        });
        let here = installed
            .settings()
            .channel(id)
            .filter(|channel| channel.lies == Where::Here);
        if let Some(place) = here
            .filter(|_| on)
            .and_then(|channel| settings::switched_off(config, channel.owner))
        {
            let words = format!("the Gateway starts without this channel: {place} switches its plugin off");
            let path = ["channels", id].map(str::to_owned);
            let problem = Problem::mild(&path, CHANNEL_OFF, words);
            out.push(problem.hint("switch the plugin on, or write enabled: false for the channel"));
        }
    }
}

/// Returns the channels that a start leaves out: official ones, switched on, allowed and configured, whose plugin is not
/// installed. What is wrong in them does not matter then (facts/field.md section 6).
pub(super) fn deferred(config: &Value, table: &Table, manifests: &[PluginSettings]) -> Vec<String> {
    let channels = config.get("channels").and_then(Value::as_object);
    let configured = channels.into_iter().flatten().filter(|(_, channel)| {
        let channel = channel.as_object();
        channel.is_some_and(|map| {
            map.keys().any(|key| key != "enabled") && map.get("enabled") != Some(&Value::Bool(false))
        })
    });
    let mut away = configured
        .map(|(id, _)| id)
        .filter(|id| table.has_channel(id))
        .peekable();
    if away.peek().is_none() {
        return Vec::new();
    }
    let tables = Tables::of(table.release);
    let installed = |owner: &str, id: &str| {
        let own =
            |manifest: &PluginSettings| manifest.id == owner || manifest.channels.iter().any(|(own, _)| own == id);
        manifests.iter().any(own)
    };
    let missing = away.filter(|id| {
        let channel = tables.channel(id).filter(|channel| channel.lies == Where::Away);
        channel.is_some_and(|channel| !installed(channel.owner, id) && settings::allowed(config, channel.owner))
    });
    missing.cloned().collect()
}
