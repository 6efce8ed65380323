//! The documented operations against the registry, and the README's table against both.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mock_zendesk::Operation;

/// The seven operations of Zendesk's OpenAPI document of organization memberships: operationId,
/// method, path, status of success.
const DOCUMENTED: [(&str, &str, &str, u16); 7] = [
    (
        "ListOrganizationMemberships",
        "GET",
        "/api/v2/organization_memberships",
        200,
    ),
    (
        "CreateOrganizationMembership",
        "POST",
        "/api/v2/organization_memberships",
        201,
    ),
    (
        "ShowOrganizationMembershipById",
        "GET",
        "/api/v2/organization_memberships/{organization_membership_id}",
        200,
    ),
    (
        "DeleteOrganizationMembership",
        "DELETE",
        "/api/v2/organization_memberships/{organization_membership_id}",
        204,
    ),
    (
        "CreateManyOrganizationMemberships",
        "POST",
        "/api/v2/organization_memberships/create_many",
        200,
    ),
    (
        "DeleteManyOrganizationMemberships",
        "DELETE",
        "/api/v2/organization_memberships/destroy_many",
        200,
    ),
    (
        "SetOrganizationMembershipAsDefault",
        "PUT",
        "/api/v2/users/{user_id}/organization_memberships/{organization_membership_id}/make_default",
        200,
    ),
];

fn row(operation: &Operation) -> (&'static str, &'static str, &'static str, u16) {
    (
        operation.id(),
        operation.method(),
        operation.path(),
        operation.success_status(),
    )
}

#[test]
fn the_documented_operations_are_in_the_registry_as_documented() {
    let registry: Vec<_> = Operation::all().map(|operation| row(&operation)).collect();
    for documented in DOCUMENTED {
        assert!(
            registry.contains(&documented),
            "{documented:?} is not in the registry"
        );
    }
}

/// The constant of each operation, such as `users::LIST`, by its id, as the sources of the handlers
/// have it.
fn constants() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/resources");
    let mut constants = BTreeMap::new();
    for folder in fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        let resource = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let more = fs::read_dir(folder.join("api")).into_iter().flatten();
        let more = more.map(|entry| entry.unwrap().path());
        let api = fs::read_to_string(folder.join("api.rs")).unwrap_or_default();
        for file in more.chain([folder.join("api.rs")]) {
            let module = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let is_public = api.contains(&format!("pub mod {module};"));
            let resource = if is_public { &module } else { &resource };
            let source = fs::read_to_string(file).unwrap_or_default();
            for definition in source.split("\npub const ").skip(1) {
                let Some((name, value)) = definition.split_once(": Operation =") else {
                    continue;
                };
                let id = value.split('"').nth(1).unwrap();
                constants.insert(id.to_owned(), format!("{resource}::{name}"));
            }
        }
    }
    constants
}

#[test]
fn the_readme_lists_exactly_the_operations_of_the_registry() {
    let readme = include_str!("../../README.md");
    let listed: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("| `") && line.contains("/api/v2/"))
        .collect();
    let constants = constants();
    let registry: Vec<String> = Operation::all()
        .map(|operation| {
            let (id, method, path, status) = row(&operation);
            let constant = &constants[id];
            format!("| `{id}` | `{constant}` | `{method} {path}` | {status} |")
        })
        .collect();
    assert_eq!(
        listed,
        registry,
        "the table in README.md must list these rows:\n{}",
        registry.join("\n")
    );
}

#[test]
fn each_operation_has_an_id_of_its_own_and_a_route_that_no_earlier_one_takes() {
    let all: Vec<_> = Operation::all().collect();
    for (index, operation) in all.iter().enumerate() {
        for earlier in &all[..index] {
            assert_ne!(operation.id(), earlier.id());
            let takes_all =
                operation.method() == earlier.method() && covers(earlier.path(), operation.path());
            assert!(
                !takes_all,
                "{operation} can never be reached: {earlier} comes first"
            );
        }
    }
}

/// Whether every path of `template` is a path of `wider` too.
fn covers(wider: &str, template: &str) -> bool {
    let (wider, template): (Vec<_>, Vec<_>) =
        (wider.split('/').collect(), template.split('/').collect());
    let same = |(wide, narrow): (&&str, &&str)| wide.starts_with('{') || wide == narrow;
    wider.len() == template.len() && wider.iter().zip(&template).all(same)
}

#[test]
fn the_operations_that_have_a_constant_are_those_of_the_registry() {
    assert_eq!(
        mock_zendesk::organization_memberships::CREATE.to_string(),
        {
            let create =
                Operation::all().find(|operation| operation.id() == "CreateOrganizationMembership");
            create.unwrap().to_string()
        }
    );
    assert_eq!(
        format!("{:?}", mock_zendesk::users::ME),
        "Operation(ShowCurrentUser (GET /api/v2/users/me))",
    );
}
