//! The channels and plugins that are there: those of the package, and those that were found on disk.

use super::schema::Tables;
use super::table::Table;
use crate::model::snapshot::PluginSettings;

/// What is installed beside the package.
pub(super) struct Installed<'a> {
    /// What the package brings along.
    pub(super) table: &'static Table,
    /// Ids of plugins found on disk.
    pub(super) plugins: &'a [String],
    /// What their manifests say of settings.
    pub(super) manifests: &'a [PluginSettings],
    /// Returns whether a load path exists, where somebody looked.
    pub(super) path_exists: Option<&'a dyn Fn(&str) -> bool>,
}

impl Installed<'_> {
    /// Returns the settings that channels and plugins of the package take.
    pub(super) fn settings(&self) -> &'static Tables {
        Tables::of(self.table.release)
    }

    /// Returns whether a plugin is there.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.table.has_plugin(id) || self.plugins.iter().any(|known| known == id)
    }

    /// Returns whether a channel is known.
    pub(super) fn has_channel(&self, id: &str) -> bool {
        let own = || self.manifests.iter().flat_map(|manifest| &manifest.channels);
        self.table.has_channel(id) || own().any(|(channel, _)| channel == id)
    }
}
