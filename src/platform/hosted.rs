//! Platforms that run the Gateway's container and give it its variables: how each is recognised, where a key belongs
//! there, and its commands. The variables are those that the platforms document for the programs they run.

/// A platform that runs containers for its customers, or a scheduler that is driven by its own command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Fly.io.
    Fly,
    /// HashiCorp Nomad.
    Nomad,
    /// Railway.
    Railway,
    /// Render.
    Render,
    /// Heroku.
    Heroku,
    /// Google Cloud Run.
    CloudRun,
    /// Amazon ECS and Fargate.
    Ecs,
    /// Azure Container Apps.
    AzureContainerApps,
}

/// What is known of a platform.
pub struct Facts {
    platform: Platform,
    /// The word of `host.container`.
    pub word: &'static str,
    /// One of them is set in everything the platform runs.
    variables: &'static [&'static str],
    /// Where a variable is given, as the end of "correct it in …".
    pub place: &'static str,
    /// The command that starts the container again, in the platform's own words for an app called `openclaw`.
    pub restart: &'static str,
    /// The command that shows how it is.
    pub status: &'static str,
    /// The command that shows its last lines.
    pub logs: &'static str,
}

const ALL: &[Facts] = &[
    Facts {
        platform: Platform::Fly,
        word: "fly",
        variables: &["FLY_APP_NAME", "FLY_MACHINE_ID"],
        place: "the secrets of its app",
        restart: "fly apps restart",
        status: "fly status",
        logs: "fly logs",
    },
    Facts {
        platform: Platform::Nomad,
        word: "nomad",
        variables: &["NOMAD_ALLOC_ID"],
        place: "the `env` or `template` block of its task",
        restart: "nomad job restart openclaw",
        status: "nomad job status openclaw",
        logs: "nomad alloc logs -stderr -tail -job openclaw",
    },
    Facts {
        platform: Platform::Railway,
        word: "railway",
        variables: &["RAILWAY_ENVIRONMENT_ID", "RAILWAY_SERVICE_ID", "RAILWAY_ENVIRONMENT"],
        place: "the Variables of its service at Railway",
        restart: "railway redeploy",
        status: "railway status",
        logs: "railway logs",
    },
    Facts {
        platform: Platform::Render,
        word: "render",
        variables: &["RENDER_SERVICE_ID", "RENDER_SERVICE_NAME"],
        place: "the Environment page of its service at Render",
        restart: "render restart",
        status: "render services",
        logs: "render logs",
    },
    Facts {
        platform: Platform::Heroku,
        word: "heroku",
        variables: &["DYNO"],
        place: "the Config Vars of its app at Heroku",
        restart: "heroku ps:restart",
        status: "heroku ps",
        logs: "heroku logs --num 50",
    },
    Facts {
        platform: Platform::CloudRun,
        word: "cloud-run",
        variables: &["K_REVISION"],
        place: "the variables and secrets of its Cloud Run service",
        restart: "gcloud run services update openclaw --update-labels=restarted=$(date +%s)",
        status: "gcloud run services describe openclaw",
        logs: "gcloud run services logs read openclaw --limit=50",
    },
    Facts {
        platform: Platform::Ecs,
        word: "ecs",
        variables: &["ECS_CONTAINER_METADATA_URI_V4", "ECS_CONTAINER_METADATA_URI"],
        place: "`secrets` or `environment` of its ECS task definition",
        restart: "aws ecs update-service --cluster openclaw --service openclaw --force-new-deployment",
        status: "aws ecs describe-services --cluster openclaw --services openclaw",
        logs: "aws logs tail /ecs/openclaw",
    },
    Facts {
        platform: Platform::AzureContainerApps,
        word: "azure-container-apps",
        variables: &["CONTAINER_APP_REVISION"],
        place: "the secrets and environment variables of its container app",
        restart: "az containerapp update --name openclaw --resource-group openclaw --revision-suffix again",
        status: "az containerapp show --name openclaw --resource-group openclaw",
        logs: "az containerapp logs show --name openclaw --resource-group openclaw",
    },
];

impl Platform {
    /// Returns the platform of a word of `host.container`.
    pub fn by_word(word: &str) -> Option<Platform> {
        ALL.iter().find(|facts| facts.word == word).map(|facts| facts.platform)
    }

    /// Returns what is known of it.
    pub fn facts(self) -> &'static Facts {
        ALL.iter().find(|facts| facts.platform == self).unwrap_or(&ALL[0])
    }
}

/// Returns the word of the platform whose variable is set.
pub fn word(is_set: impl Fn(&str) -> bool) -> Option<&'static str> {
    let hit = |facts: &&Facts| facts.variables.iter().any(|name| is_set(name));
    ALL.iter().find(hit).map(|facts| facts.word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_variable_and_its_word() {
        for facts in ALL {
            for name in facts.variables {
                assert_eq!(word(|asked| asked == *name), Some(facts.word));
            }
            assert_eq!(Platform::by_word(facts.word), Some(facts.platform));
            assert_eq!(facts.platform.facts().word, facts.word);
        }
        assert_eq!(word(|_| false), None);
        assert_eq!(Platform::by_word("docker"), None);
    }
}
