//! [`Query`]: the query parameters of a URL, as Rack reads them.

use std::collections::BTreeMap;

use form_urlencoded::Serializer;

/// The parameters of a query, percent-decoded. `page[size]` and `page%5Bsize%5D` are the same.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// The parameters in the order of the request, including repeated ones.
    pairs: Vec<(String, String)>,
}

impl Query {
    pub(crate) fn parse(query: &str) -> Self {
        Self {
            pairs: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        }
    }

    /// Returns the value of a parameter. If it is repeated, the last value counts.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .rev()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the elements of a list: `ids=1,2`, or `ids[]=1&ids[]=2`. Of `ids=1&ids=2` only the
    /// last value counts, so a client that repeats the parameter asks for less than it means.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let brackets = format!("{name}[]");
        let exploded = self
            .pairs
            .iter()
            .filter(|(other, _)| *other == brackets)
            .map(|(_, value)| value.as_str());
        elements(exploded.chain(self.get(name))).collect()
    }

    /// Returns the elements of a list as [`list`](Self::list) does, without those of `ids[]`.
    pub(crate) fn list_without_brackets(&self, name: &str) -> Vec<&str> {
        elements(self.get(name).into_iter()).collect()
    }

    /// Returns each parameter once, with the value that counts, in the order of the request.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut last: BTreeMap<&str, &str> = self
            .pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.pairs
            .iter()
            .filter_map(move |(name, _)| last.remove_entry(name.as_str()))
    }

    /// Returns the query with some parameters replaced, or removed where the replacement is `None`.
    /// Each parameter appears once, sorted by name and percent-encoded, as in Zendesk's links.
    pub(crate) fn with(&self, replacements: &[(&str, Option<&str>)]) -> String {
        let is_replaced = |name: &str| replacements.iter().any(|(other, _)| *other == name);
        let kept = self
            .pairs
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .filter(|(name, _)| !is_replaced(name));
        // All elements of a list in brackets stay. Of any other repeated parameter only the last
        // value counts.
        let (lists, singles): (Vec<_>, Vec<_>) = kept.partition(|(name, _)| name.ends_with("[]"));
        let singles: BTreeMap<&str, &str> = singles.into_iter().collect();
        let new = replacements
            .iter()
            .filter_map(|(name, value)| value.map(|value| (*name, value)));
        let mut pairs: Vec<(&str, &str)> = lists.into_iter().chain(singles).chain(new).collect();
        pairs.sort_by_key(|(name, _)| *name);
        Serializer::new(String::new()).extend_pairs(pairs).finish()
    }
}

/// Returns the elements of lists that are separated by commas.
fn elements<'a>(lists: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    lists
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_repeated_parameter_counts_but_brackets_make_a_list() {
        let query = Query::parse("ids=1&ids=2,3&ids%5B%5D=4&page[size]=5&page%5Bsize%5D=6");
        assert_eq!(query.list("ids"), ["4", "2", "3"]);
        assert_eq!(query.get("page[size]"), Some("6"));
        assert_eq!(query.get("page"), None);
    }

    #[test]
    fn each_parameter_comes_once_where_it_is_first_with_the_value_that_is_last() {
        let query = Query::parse("b=1&a=2&b=3&c&a=4");
        assert_eq!(
            query.each().collect::<Vec<_>>(),
            [("b", "3"), ("a", "4"), ("c", "")]
        );
    }

    #[test]
    fn a_link_keeps_all_elements_of_a_list() {
        assert_eq!(
            Query::parse("ids[]=2&ids[]=1").with(&[("page", Some("2"))]),
            "ids%5B%5D=2&ids%5B%5D=1&page=2"
        );
    }

    #[test]
    fn a_link_has_each_parameter_once_sorted_and_encoded() {
        let query =
            Query::parse("page[size]=1&x=b&include=users,organizations&page[after]=old%3D&x=a");
        assert_eq!(
            query.with(&[("page[after]", Some("new=")), ("page[before]", None)]),
            "include=users%2Corganizations&page%5Bafter%5D=new%3D&page%5Bsize%5D=1&x=a"
        );
    }
}
