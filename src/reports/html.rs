//! The set-up of the templates: each page extends `layout.html`, which contains `style.css`. So a
//! page is one file that needs nothing from elsewhere.

use minijinja::{Environment, Value};

/// The templates by their names. What a name that ends in `.html` inserts is escaped.
const TEMPLATES: [(&str, &str); 3] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("coverage.html", include_str!("templates/coverage.html")),
    ("page.html", include_str!("templates/page.html")),
];

/// The style sheet of all pages.
const STYLE: &str = include_str!("templates/style.css");

/// Renders a page from the template of this name.
pub(super) fn page(template: &str, context: Value) -> String {
    let mut environment = Environment::new();
    environment.add_global("style", Value::from_safe_string(STYLE.to_owned()));
    let rendered = TEMPLATES
        .into_iter()
        .try_for_each(|(name, source)| environment.add_template(name, source))
        .and_then(|()| environment.get_template(template)?.render(context));
    rendered.expect("the templates are part of the crate, and tests render all of them")
}
