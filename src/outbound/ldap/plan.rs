//! What the settings say of the directory, in the form that its clients need.

use std::time::Duration;

use crate::config::Settings;

/// How the connection is protected (`LdapSettings.ConnectionSecurity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    None,
    /// TLS from the first byte.
    Tls,
    /// TLS after `STARTTLS`.
    StartTls,
}

/// Where directories are and how people stand in them. Two equal plans can share connections.
#[derive(Clone, PartialEq, Eq)]
pub struct Plan {
    /// Hosts, or `host:port`, tried in this order.
    pub servers: Vec<String>,
    /// The port of those that name none.
    pub port: u16,
    /// Protection of the connection.
    pub security: Security,
    /// Takes any certificate.
    pub skip_verify: bool,
    /// A PEM file with the only authorities that are trusted; empty for those of the machine.
    pub authority_file: String,
    /// PEM files with the certificate and key that are shown to the directory; empty for none.
    pub own_certificate: Option<(String, String)>,
    /// Who searches; empty for nobody in particular.
    pub bind_dn: String,
    /// Their password.
    pub bind_password: String,
    /// Where searches begin.
    pub base: String,
    /// How long anything may take.
    pub timeout: Duration,
    /// Entries that are asked for at a time.
    pub page: i32,
    /// Who is who.
    pub filters: Filters,
    /// Where what stands in an entry.
    pub attributes: Attributes,
}

/// Who is who; an empty filter is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Who may be here.
    pub user: String,
    /// Who may be here as a guest; empty unless there are guests.
    pub guest: String,
    /// Who administers the server; empty unless switched on.
    pub admin: String,
    /// What are groups that can be linked.
    pub groups: String,
    /// The DN of the group that one must be in, directly or through groups in it.
    pub group: String,
}

/// The names of attributes; an empty name is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of an account")]
pub struct Attributes {
    pub id: String,
    pub login: String,
    pub email: String,
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    pub nickname: String,
    pub position: String,
    pub picture: String,
    pub group_id: String,
    pub group_name: String,
}

/// What are groups where the settings say nothing.
pub const GROUPS: &str = "(|(objectClass=group)(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))";

/// Entries that are asked for at a time where the settings say nothing: what Active Directory gives at most.
const PAGE: i32 = 1000;

impl Plan {
    /// The plan of the settings; whether LDAP is switched on is the caller's question.
    pub fn of(settings: &Settings) -> Plan {
        let (ldap, own) = (&settings.ldap, &settings.kollegium);
        let seconds = u64::try_from(ldap.query_timeout).unwrap_or(0).clamp(1, 600);
        Plan {
            servers: hosts(&ldap.ldap_server),
            port: u16::try_from(ldap.ldap_port).unwrap_or(389),
            security: match ldap.connection_security.as_str() {
                "TLS" => Security::Tls,
                "STARTTLS" => Security::StartTls,
                _ => Security::None,
            },
            skip_verify: ldap.skip_certificate_verification,
            authority_file: own.ldap_certificate_authority_file.clone(),
            own_certificate: Some((ldap.public_certificate_file.clone(), ldap.private_key_file.clone()))
                .filter(|(certificate, key)| !certificate.is_empty() && !key.is_empty()),
            bind_dn: ldap.bind_username.clone(),
            bind_password: ldap.bind_password.clone(),
            base: ldap.base_dn.clone(),
            timeout: Duration::from_secs(seconds),
            page: i32::try_from(ldap.max_page_size).ok().filter(|size| *size > 0).unwrap_or(PAGE),
            filters: Filters {
                user: in_brackets(&ldap.user_filter),
                guest: if settings.guest_accounts.enable { in_brackets(&ldap.guest_filter) } else { String::new() },
                admin: if ldap.enable_admin_filter { in_brackets(&ldap.admin_filter) } else { String::new() },
                groups: match in_brackets(&ldap.group_filter).as_str() {
                    "" => GROUPS.to_owned(),
                    filter => filter.to_owned(),
                },
                group: own.ldap_staff_group.trim().to_owned(),
            },
            attributes: Attributes::of(settings),
        }
    }
}

impl Attributes {
    fn of(settings: &Settings) -> Attributes {
        let ldap = &settings.ldap;
        let name = |setting: &String| setting.trim().to_owned();
        Attributes {
            id: name(&ldap.id_attribute),
            login: name(&ldap.login_id_attribute),
            email: name(&ldap.email_attribute),
            username: name(&ldap.username_attribute),
            first_name: name(&ldap.first_name_attribute),
            last_name: name(&ldap.last_name_attribute),
            nickname: name(&ldap.nickname_attribute),
            position: name(&ldap.position_attribute),
            picture: name(&ldap.picture_attribute),
            group_id: name(&ldap.group_id_attribute),
            group_name: name(&ldap.group_display_name_attribute),
        }
    }

    /// All that are set but the picture, each once.
    pub(super) fn names(&self) -> Vec<String> {
        let all = [
            &self.id,
            &self.login,
            &self.email,
            &self.username,
            &self.first_name,
            &self.last_name,
            &self.nickname,
            &self.position,
        ];
        let mut names: Vec<String> = Vec::with_capacity(all.len());
        for name in all.into_iter().filter(|name| !name.is_empty()) {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                names.push(name.clone());
            }
        }
        names
    }
}

impl Filters {
    /// Who may be here, guests included; `None` for everybody.
    pub fn admitting(&self) -> Option<String> {
        match (self.user.as_str(), self.guest.as_str()) {
            ("", _) => None,
            (user, "") => Some(user.to_owned()),
            (user, guest) => Some(format!("(|{user}{guest})")),
        }
    }
}

/// The servers of a list, separated by commas or blanks.
fn hosts(list: &str) -> Vec<String> {
    list.split([',', ' ']).map(str::trim).filter(|host| !host.is_empty()).map(str::to_owned).collect()
}

/// A filter as the protocol wants it; administrators may leave the outer brackets out.
fn in_brackets(filter: &str) -> String {
    match filter.trim() {
        "" => String::new(),
        filter if filter.starts_with('(') => filter.to_owned(),
        filter => format!("({filter})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_filters_are_read_kindly() {
        assert_eq!(hosts("one, two:1389 three"), ["one", "two:1389", "three"]);
        assert!(hosts(" ").is_empty());
        assert_eq!(in_brackets(" a=b "), "(a=b)");
        assert_eq!(in_brackets("(a=b)"), "(a=b)");
        assert_eq!(in_brackets(""), "");
    }

    #[test]
    fn guests_are_admitted_beside_members() {
        let filters =
            |user: &str, guest: &str| Filters { user: user.into(), guest: guest.into(), ..Filters::default() };
        assert_eq!(filters("", "(g=1)").admitting(), None);
        assert_eq!(filters("(u=1)", "").admitting().as_deref(), Some("(u=1)"));
        assert_eq!(filters("(u=1)", "(g=1)").admitting().as_deref(), Some("(|(u=1)(g=1))"));
    }

    #[test]
    fn an_attribute_is_asked_for_once() {
        let attributes =
            Attributes { id: "uid".into(), login: "UID".into(), email: "mail".into(), ..Attributes::default() };
        assert_eq!(attributes.names(), ["uid", "mail"]);
    }
}
