//! The imports of the source, resolved: no circle between files, and no arrow from a lower layer to
//! a higher one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::tidy::source;

/// The layers from the lowest to the highest. A file uses its own layer and those before it.
const LAYERS: [&str; 11] = [
    "base",
    "api",
    "resources",
    "calls",
    "trouble",
    "reports",
    "webhooks",
    "fixtures",
    "server",
    "standalone",
    "handle",
];

/// The one circle that is inherent: a background job is part of the account, and what it does, it
/// does to the account.
const INHERENT: [&str; 3] = [
    "resources/account.rs",
    "resources/job_statuses/model.rs",
    "resources/job_statuses/store.rs",
];

type ModulePath = Vec<String>;

/// What one file says of others.
#[derive(Default)]
struct Module {
    file: String,
    /// The paths that it uses, from the root of the crate on.
    uses: Vec<ModulePath>,
    /// The names that it hands on, and where they come from.
    reexports: BTreeMap<String, ModulePath>,
}

/// The modules of the crate by their paths.
fn modules() -> BTreeMap<ModulePath, Module> {
    let is_of_tests = |file: &str| file.ends_with("tests.rs") || file.contains("/tests/");
    let files: Vec<(String, String)> = source()
        .into_iter()
        .filter(|(file, _)| !is_of_tests(file))
        .map(|(file, lines)| {
            (
                file,
                lines.into_iter().map(|(_, line)| line + "\n").collect(),
            )
        })
        .collect();
    let paths: BTreeSet<ModulePath> = files.iter().map(|(file, _)| module_path(file)).collect();
    let module = |(file, text): (String, String)| {
        let path = module_path(&file);
        let mut module = Module {
            file,
            ..Module::default()
        };
        for (is_public, import) in imports(&text) {
            for segments in expand(&import) {
                let Some(absolute) = absolute(&segments, &path, &paths) else {
                    continue;
                };
                if is_public {
                    let name = absolute.last().unwrap().clone();
                    module.reexports.insert(name, absolute.clone());
                }
                module.uses.push(absolute);
            }
        }
        module.uses.extend(paths_in_code(&text, &path));
        (path, module)
    };
    files.into_iter().map(module).collect()
}

/// `resources/users/mod.rs` is the module `resources::users`.
fn module_path(file: &str) -> ModulePath {
    let path = file.strip_suffix(".rs").unwrap();
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" {
        Vec::new()
    } else {
        path.split('/').map(str::to_owned).collect()
    }
}

/// The `use` lines: whether each is public, and what stands behind the word.
fn imports(text: &str) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_start();
        let (visibility, rest) = match line.split_once("use ") {
            Some((before, rest)) => (before.trim_end(), rest),
            None => continue,
        };
        let is_import =
            visibility.is_empty() || (visibility.starts_with("pub") && !visibility.contains(' '));
        if !is_import {
            continue;
        }
        let mut import = rest.to_owned();
        while !import.contains(';') {
            import += lines.next().expect("an import that does not end");
        }
        let import = import
            .split(';')
            .next()
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        found.push((!visibility.is_empty(), import));
    }
    found
}

/// Takes the braces apart: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(import: &str) -> Vec<ModulePath> {
    let Some(open) = import.find('{') else {
        let import = import.split(" as ").next().unwrap();
        return vec![
            import
                .split("::")
                .map(|part| part.trim().to_owned())
                .collect(),
        ];
    };
    let (prefix, inner) = (
        &import[..open],
        &import[open + 1..import.rfind('}').unwrap()],
    );
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in inner.chars() {
        match c {
            ',' if depth == 0 => parts.push(String::new()),
            c => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                parts.last_mut().unwrap().push(c);
            }
        }
    }
    let parts = parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty());
    parts
        .flat_map(|part| expand(&format!("{prefix}{part}")))
        .collect()
}

/// A path from the root of the crate on. None: it is of another crate.
fn absolute(
    segments: &[String],
    module: &[String],
    paths: &BTreeSet<ModulePath>,
) -> Option<ModulePath> {
    let (first, rest) = segments.split_first()?;
    let below = |base: &[String], rest: &[String]| Some([base, rest].concat());
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => below(module, rest),
        "super" => {
            let ups = segments
                .iter()
                .take_while(|segment| *segment == "super")
                .count();
            below(&module[..module.len() - ups], &segments[ups..])
        }
        _ => {
            let child = [module, &segments[..1]].concat();
            if paths.contains(&child) {
                below(module, segments)
            } else {
                None
            }
        }
    }
}

/// Paths such as `crate::calls::Call` and `super::Call` that stand in the code itself, from the
/// root of the crate on.
fn paths_in_code(text: &str, module: &[String]) -> Vec<ModulePath> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut found = Vec::new();
    for (word, parents) in [("crate::", None), ("super::", Some(module))] {
        let starts = text
            .match_indices(word)
            .filter(|(start, _)| !text[..*start].ends_with(is_part));
        for (start, _) in starts {
            let behind = &text[start + word.len()..];
            let end = behind.find(|c| !is_part(c)).unwrap_or(behind.len());
            let segments = behind[..end]
                .split("::")
                .map(str::to_owned)
                .filter(|segment| !segment.is_empty());
            let parent = parents
                .and_then(<[String]>::split_last)
                .map_or(&[][..], |(_, parent)| parent);
            found.push(parent.iter().cloned().chain(segments).collect());
        }
    }
    found
}

/// The module that a path ends in, through what others hand on.
fn resolve<'m>(
    path: &[String],
    modules: &'m BTreeMap<ModulePath, Module>,
    steps: usize,
) -> Option<&'m Module> {
    assert!(steps < 20, "{path:?} is handed on for ever");
    let known = (0..=path.len())
        .rev()
        .find(|length| modules.contains_key(&path[..*length]))?;
    let module = &modules[&path[..known]];
    match path.get(known).and_then(|name| module.reexports.get(name)) {
        Some(origin) if origin != path => {
            resolve(&[origin, &path[known + 1..]].concat(), modules, steps + 1)
        }
        _ => Some(module),
    }
}

/// Which file uses which.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let modules = modules();
    let targets = |module: &Module| {
        let files = module
            .uses
            .iter()
            .filter_map(|path| resolve(path, &modules, 0))
            .map(|target| target.file.clone());
        files
            .filter(|file| *file != module.file && file != "lib.rs")
            .collect()
    };
    let files = modules.values().filter(|module| module.file != "lib.rs");
    files
        .map(|module| (module.file.clone(), targets(module)))
        .collect()
}

/// The files that can be reached from one.
fn reachable(from: &str, arrows: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(file) = open.pop() {
        for target in arrows.get(&file).into_iter().flatten() {
            if found.insert(target.clone()) {
                open.push(target.clone());
            }
        }
    }
    found
}

#[test]
fn no_two_files_import_each_other_in_a_circle_but_jobs_and_the_account() {
    let arrows = arrows();
    assert!(arrows.len() > 80, "only {} files were read", arrows.len());
    let reach: BTreeMap<&String, BTreeSet<String>> = arrows
        .keys()
        .map(|file| (file, reachable(file, &arrows)))
        .collect();
    let in_circle = |file: &&String| reach[*file].contains(*file);
    let circles: BTreeSet<BTreeSet<&String>> = arrows
        .keys()
        .filter(in_circle)
        .map(|file| {
            arrows
                .keys()
                .filter(|other| reach[file].contains(*other) && reach[other].contains(file))
                .collect()
        })
        .collect();
    let is_inherent =
        |circle: &BTreeSet<&String>| circle.iter().map(|file| file.as_str()).eq(INHERENT);
    let (inherent, others): (Vec<_>, Vec<_>) = circles.into_iter().partition(is_inherent);
    assert_eq!(
        others,
        Vec::<BTreeSet<&String>>::new(),
        "these files import each other in circles"
    );
    assert_eq!(
        inherent.len(),
        1,
        "the circle that is allowed is gone: take it out of the test"
    );
}

#[test]
fn no_layer_uses_one_above_it() {
    let rank = |file: &str| {
        LAYERS
            .iter()
            .position(|layer| file.starts_with(&format!("{layer}/")))
    };
    let mut broken = Vec::new();
    for (file, targets) in &arrows() {
        let Some(own) = rank(file) else { continue };
        broken.extend(
            targets
                .iter()
                .filter(|target| rank(target).is_none_or(|other| other > own))
                .map(|target| (file.clone(), target.clone())),
        );
    }
    assert_eq!(
        broken,
        [],
        "a file uses its own layer and those before it: {LAYERS:?}"
    );
}

#[test]
fn every_entry_of_the_source_is_a_layer_that_says_who_may_use_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut entries: Vec<String> = fs::read_dir(&source)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    entries.sort();
    let mut expected: Vec<&str> = LAYERS.into_iter().chain(["guide.rs", "lib.rs"]).collect();
    expected.sort_unstable();
    assert_eq!(entries, expected);
    for layer in LAYERS {
        let text = fs::read_to_string(source.join(layer).join("mod.rs")).unwrap();
        let head: String = text
            .lines()
            .take_while(|line| line.starts_with("//") || line.is_empty())
            .collect();
        assert!(
            head.contains(" use"),
            "src/{layer}/mod.rs does not say who uses the layer, and what it uses"
        );
    }
}

#[test]
fn the_resolver_follows_braces_parents_and_what_is_handed_on() {
    let owned = |path: &str| path.split("::").map(str::to_owned).collect::<ModulePath>();
    assert_eq!(
        expand("a::{b, c::{d, e as f}}"),
        ["a::b", "a::c::d", "a::c::e"].map(owned)
    );
    let text =
        "use std::fmt;\npub(crate) use a::{\n    b,\n    c,\n};\nlet reuse = 1; // no use here\n";
    assert_eq!(
        imports(text),
        [
            (false, "std::fmt".to_owned()),
            (true, "a::{ b, c,}".to_owned())
        ]
    );
    let paths: BTreeSet<ModulePath> = ["x::y", "x::y::z"].map(owned).into();
    assert_eq!(
        absolute(&owned("super::w"), &owned("x::y"), &paths),
        Some(owned("x::w"))
    );
    assert_eq!(
        absolute(&owned("z::Name"), &owned("x::y"), &paths),
        Some(owned("x::y::z::Name"))
    );
    assert_eq!(absolute(&owned("std::fmt"), &owned("x::y"), &paths), None);
    let mut modules: BTreeMap<ModulePath, Module> = BTreeMap::new();
    let reexports = BTreeMap::from([("Name".to_owned(), owned("x::y::z::Name"))]);
    modules.insert(
        owned("x::y"),
        Module {
            file: "x/y/mod.rs".into(),
            uses: Vec::new(),
            reexports,
        },
    );
    modules.insert(
        owned("x::y::z"),
        Module {
            file: "x/y/z.rs".into(),
            ..Module::default()
        },
    );
    assert_eq!(
        resolve(&owned("x::y::Name"), &modules, 0).unwrap().file,
        "x/y/z.rs"
    );
    assert_eq!(
        resolve(&owned("x::y::Other"), &modules, 0).unwrap().file,
        "x/y/mod.rs"
    );
    let code = "let call = crate::calls::Call::new(super::z::NAME);";
    assert_eq!(
        paths_in_code(code, &owned("x::y")),
        [owned("calls::Call::new"), owned("x::z::NAME")]
    );
}
