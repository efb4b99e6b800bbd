//! Looking at many entries at once, for administrators who try their settings.

use super::people::text;
use super::{Directory, Plan, Trouble};

/// The most entries that are shown.
const SHOWN: usize = 5;

/// What the entries have that satisfy a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// How many there are.
    pub total: usize,
    /// How many have a value, for each of the attributes that were asked for.
    pub with_value: Vec<usize>,
    /// A few of them: the DN, and a value for each attribute, `""` for none.
    pub samples: Vec<(String, Vec<String>)>,
}

impl Directory {
    /// Looks at all entries that satisfy a filter; an empty filter is satisfied by all.
    pub async fn survey(&self, plan: &Plan, filter: &str, attributes: &[String]) -> Result<Survey, Trouble> {
        let filter = if filter.is_empty() { "(objectClass=*)" } else { filter };
        let wanted = if attributes.is_empty() { vec!["1.1".to_owned()] } else { attributes.to_vec() };
        let mut entries = self.pool(plan)?.stream(filter, wanted).await?;
        let mut survey = Survey { with_value: vec![0; attributes.len()], ..Survey::default() };
        while let Some(entry) = entries.next().await? {
            let values: Vec<String> = attributes.iter().map(|name| text(&entry, name)).collect();
            survey.total += 1;
            for (count, value) in survey.with_value.iter_mut().zip(&values) {
                *count += usize::from(!value.is_empty());
            }
            if survey.samples.len() < SHOWN {
                survey.samples.push((entry.dn, values));
            }
        }
        Ok(survey)
    }

    /// Whether there is an entry of that DN which may be read.
    pub async fn has(&self, plan: &Plan, dn: &str) -> Result<bool, Trouble> {
        self.pool(plan)?.fits(dn, "(objectClass=*)").await
    }
}
