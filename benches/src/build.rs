//! What a user of the crate compiles: the time of a clean debug build, alone and with a client's
//! tests, the number of crates, and how long a changed test takes to compile and to link.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measure::{Row, median, time};

/// The number of clean builds of each package. They take half a minute.
const BUILDS: usize = 3;

const OURS: &str = concat!(
    "mock-zendesk = { path = \"",
    env!("CARGO_MANIFEST_DIR"),
    "/..\" }"
);
const OURS_WITHOUT_FAKE: &str = concat!(
    "mock-zendesk = { path = \"",
    env!("CARGO_MANIFEST_DIR"),
    "/..\", default-features = false }"
);
const WIREMOCK: &str = "wiremock = \"0.6.5\"";

/// The dependencies that a program for Zendesk has anyway.
const CLIENT: &str = "reqwest = \"0.12\"\ntokio = { version = \"1\", features = [\"full\"] }\n\
    serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";

/// The number of times that a changed test is built.
const RELINKS: usize = 7;

/// A test of a client, with each of the two.
const TEST_WITH_OURS: &str = r#"
#[tokio::test]
async fn asks_something() {
    let zendesk = mock_zendesk::MockZendesk::start().await;
    let ada = zendesk.seed().user("Ada");
    let me = reqwest::get(zendesk.url(&format!("/users/{}", ada.id))).await.unwrap();
    assert_eq!(me.status(), 401);
    zendesk.calls().refused().assert_once();
}
"#;
const TEST_WITH_WIREMOCK: &str = r#"
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::test]
async fn asks_something() {
    let server = MockServer::start().await;
    let mock = Mock::given(method("GET")).and(path("/api/v2/users/7"));
    mock.respond_with(ResponseTemplate::new(401)).expect(1).mount(&server).await;
    let me = reqwest::get(format!("{}/api/v2/users/7", server.uri())).await.unwrap();
    assert_eq!(me.status(), 401);
}
"#;

/// An empty package with these dependencies, in a directory that is removed when this is dropped.
struct Package(PathBuf);

impl Package {
    fn new(name: &str, dependencies: &str) -> Self {
        let folder = std::env::temp_dir().join(format!(
            "mock-zendesk-benches-{}-{name}",
            std::process::id()
        ));
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{dependencies}\n"
        );
        fs::create_dir_all(folder.join("src")).expect("a folder");
        fs::write(folder.join("src/lib.rs"), "").expect("a file");
        fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
        Self(folder)
    }

    /// Copies the lock file of this package, so that two packages build the same versions.
    fn with_lock(self) -> Self {
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
        fs::copy(lock, self.0.join("Cargo.lock")).expect("a file");
        self
    }

    /// Runs cargo, and returns what it prints.
    fn cargo(&self, arguments: &[&str]) -> String {
        // A crate from the registry is not compiled incrementally, so neither is this one.
        let mut cargo = Command::new(std::env::var("CARGO").unwrap_or("cargo".to_owned()));
        let output = cargo
            .args(arguments)
            .current_dir(&self.0)
            .env("CARGO_INCREMENTAL", "0")
            .output();
        let output = output.expect("cargo runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("text")
    }

    fn build_anew(&self) {
        let _ = fs::remove_dir_all(self.0.join("target"));
        self.cargo(&["build"]);
    }

    fn add_test(&self, test: &str) {
        fs::create_dir_all(self.0.join("tests")).expect("a folder");
        fs::write(self.0.join("tests/client.rs"), test).expect("a file");
    }

    fn build_test_anew(&self) {
        let _ = fs::remove_dir_all(self.0.join("target"));
        self.cargo(&["test", "--test", "client", "--no-run"]);
    }

    /// Runs the test. Returns its binary.
    fn run_test(&self) -> PathBuf {
        self.cargo(&["test", "--test", "client"]);
        let built = self.cargo(&[
            "test",
            "--test",
            "client",
            "--no-run",
            "--message-format=json",
        ]);
        let mut executables = built.lines().filter_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            Some(PathBuf::from(message["executable"].as_str()?))
        });
        executables.next_back().expect("a test has a binary")
    }

    /// Changes the test, and builds it again.
    fn build_test_again(&self, test: &str, turn: usize) {
        let changed = format!("{test}// Changed: {turn}.\n");
        self.add_test(&changed);
        self.cargo(&["test", "--test", "client", "--no-run"]);
    }

    fn crates(&self) -> BTreeSet<String> {
        let tree = self.cargo(&[
            "tree",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--no-dedupe",
        ]);
        // Some lines end with a remark.
        tree.lines()
            .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
            .collect()
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn rows() -> Vec<Row> {
    let package = |name, dependencies| Package::new(name, dependencies).with_lock();
    let theirs = package("theirs", WIREMOCK);
    theirs.cargo(&["fetch"]);
    let mut rows = Vec::new();
    let (full, bare) = (package("full", OURS), package("bare", OURS_WITHOUT_FAKE));
    let mut ratios = [Vec::new(), Vec::new()];
    for _ in 0..BUILDS {
        let baseline = time(&mut || theirs.build_anew()).as_secs_f64();
        for (ratios, package) in ratios.iter_mut().zip([&full, &bare]) {
            ratios.push(time(&mut || package.build_anew()).as_secs_f64() / baseline);
        }
    }
    for (what, ratios) in [
        (
            "clean debug build, as the only dependency: time",
            &ratios[0],
        ),
        ("the same without the feature `fake`", &ratios[1]),
    ] {
        let ratio = format!("{:.2}", median(ratios.clone()));
        rows.push(Row {
            what: what.to_owned(),
            against: "wiremock as the only dependency",
            ratio,
            bound: "at most 1.35",
        });
    }

    let crates =
        |dependency: &str| Package::new("client", &format!("{CLIENT}{dependency}")).crates();
    let without = crates("");
    let added = |dependency| crates(dependency).difference(&without).count();
    let by_wiremock = added(WIREMOCK);
    for (what, dependency, bound) in [
        (
            "crates added to a client with `reqwest`, `tokio` and `serde`",
            OURS,
            "at most 35",
        ),
        (
            "the same without the feature `fake`",
            OURS_WITHOUT_FAKE,
            "at most 20",
        ),
    ] {
        let ratio = format!("{} against {by_wiremock}", added(dependency));
        rows.push(Row {
            what: what.to_owned(),
            against: "wiremock",
            ratio,
            bound,
        });
    }
    rows.extend(tests_of_a_client());
    rows
}

/// Returns what the tests of a client take to build, what they take again when one has changed, and
/// how large the binary is.
fn tests_of_a_client() -> [Row; 3] {
    let package =
        |name, dependency| Package::new(name, &format!("{CLIENT}{dependency}")).with_lock();
    let (ours, theirs) = (package("ours", OURS), package("mocked", WIREMOCK));
    ours.add_test(TEST_WITH_OURS);
    theirs.add_test(TEST_WITH_WIREMOCK);
    let clean = (0..BUILDS).map(|_| {
        let ours = time(&mut || ours.build_test_anew());
        ours.as_secs_f64() / time(&mut || theirs.build_test_anew()).as_secs_f64()
    });
    let clean = median(clean.collect());
    let sizes = [&ours, &theirs]
        .map(|package| fs::metadata(package.run_test()).expect("a binary").len() as f64);
    let ratios = (0..RELINKS).map(|turn| {
        let ours = time(&mut || ours.build_test_again(TEST_WITH_OURS, turn));
        let theirs = time(&mut || theirs.build_test_again(TEST_WITH_WIREMOCK, turn));
        ours.as_secs_f64() / theirs.as_secs_f64()
    });
    let ratio = median(ratios.collect());
    [
        Row {
            what: "clean debug build of a client with `reqwest`, `tokio` and `serde`, and of its test: \
                   time"
                .to_owned(),
            against: "the same test with wiremock",
            ratio: format!("{clean:.2}"),
            bound: "",
        },
        Row {
            what: "a changed test of a client, compiled and linked: time".to_owned(),
            against: "the same test with wiremock",
            ratio: format!("{ratio:.2}"),
            bound: "",
        },
        Row {
            what: "the binary of this test, in MB".to_owned(),
            against: "the same test with wiremock",
            ratio: format!("{:.0} against {:.0}", sizes[0] / 1e6, sizes[1] / 1e6),
            bound: "",
        },
    ]
}
