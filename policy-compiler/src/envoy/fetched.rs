//! The clusters through which a plan's documents are fetched.

use std::collections::BTreeMap;

use remit_engine::plan::Plan;

use super::upstream::Endpoint;

/// A cluster through which documents are fetched, and where their URLs say that it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its name.
    pub cluster: String,
    /// Where it leads.
    pub endpoint: Endpoint,
    /// Whether it speaks TLS.
    pub tls: bool,
}

/// One cluster would have to lead to two places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "documents at `{first}` and at `{second}` are fetched through the cluster `{cluster}`, which leads to one of them: name two clusters"
)]
pub struct TwoPlaces {
    /// The cluster.
    pub cluster: String,
    /// A place.
    pub first: String,
    /// Another one.
    pub second: String,
}

impl Fetched {
    /// All of a plan, by name.
    ///
    /// # Errors
    /// [`TwoPlaces`].
    pub fn of(plan: &Plan) -> Result<Vec<Self>, TwoPlaces> {
        let mut places: BTreeMap<&str, (&str, Self)> = BTreeMap::new();
        for source in &plan.sources {
            // A plan that loads has only such as have one.
            let Some((authority, _)) = source.target() else {
                continue;
            };
            let fetched = Self::at(&source.cluster, &source.url, authority);
            match places.get(source.cluster.as_str()) {
                Some((first, known)) if *known != fetched => {
                    return Err(TwoPlaces {
                        cluster: fetched.cluster,
                        first: (*first).to_owned(),
                        second: source.url.clone(),
                    });
                }
                Some(_) => {}
                None => {
                    places.insert(&source.cluster, (&source.url, fetched));
                }
            }
        }
        Ok(places.into_values().map(|(_, fetched)| fetched).collect())
    }

    fn at(cluster: &str, url: &str, authority: &str) -> Self {
        let tls = url.starts_with("https://");
        let usual = if tls { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or(usual)),
            _ => (authority, usual),
        };
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        Self {
            cluster: cluster.to_owned(),
            endpoint: Endpoint {
                host: bare.unwrap_or(host).to_owned(),
                port,
            },
            tls,
        }
    }
}

#[cfg(test)]
mod tests;
