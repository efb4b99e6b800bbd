//! The providers of sign-in by OAuth 2 and OpenID Connect.

/// A provider, by its section of the settings (auth.md §10). Its name stands in addresses and in `auth_service`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// `GitLabSettings`.
    GitLab,
    /// `GoogleSettings`.
    Google,
    /// `Office365Settings`.
    Office365,
    /// `OpenIdSettings`.
    OpenId,
}

impl Service {
    /// All of them.
    pub const ALL: [Service; 4] = [Service::GitLab, Service::Google, Service::Office365, Service::OpenId];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Service::GitLab => "gitlab",
            Service::Google => "google",
            Service::Office365 => "office365",
            Service::OpenId => "openid",
        }
    }

    /// The provider of that name.
    pub fn parse(name: &str) -> Option<Service> {
        Service::ALL.into_iter().find(|service| service.name() == name)
    }
}
