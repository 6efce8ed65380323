//! Where a double may be dropped: within any executor, and in a thread-local.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Output};

use futures::executor::block_on;
use mock_zendesk::{Clock, MockZendesk, users};
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

/// The text of the panic that `act` causes.
fn panic_of(act: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(act)).expect_err("it is to panic");
    let literal = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    panic.downcast_ref::<String>().cloned().or(literal).unwrap()
}

/// A double, with wiremock's server behind it or without.
async fn start(asks_for_server: bool) -> MockZendesk {
    let zendesk = MockZendesk::start().await;
    let _server = asks_for_server.then(|| zendesk.server());
    zendesk
}

/// Mounts a mock that nobody will call though it expects a call.
async fn mount_unmet(zendesk: &MockZendesk) {
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200))
        .expect(1)
        .named("unmet")
        .mount(zendesk.server())
        .await;
}

#[test]
fn a_whole_test_can_run_in_an_executor_that_is_not_tokios() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for enters_tokio in [false, true] {
        let _entered = enters_tokio.then(|| runtime.enter());
        for asks_for_server in [false, true] {
            block_on(async {
                let zendesk = start(asks_for_server).await;
                zendesk.seed().user("Ada");
                assert_eq!(zendesk.account().user_count(), 2);
            });
        }
    }
    // And in one that is nested in a task.
    for asks_for_server in [false, true] {
        runtime.block_on(async { block_on(async { drop(start(asks_for_server).await) }) });
    }
}

#[test]
fn a_test_that_fails_in_such_an_executor_fails_as_any_other() {
    for asks_for_server in [false, true] {
        let text = panic_of(|| {
            block_on(async {
                let _zendesk = start(asks_for_server).await;
                panic!("mine");
            });
        });
        assert_eq!(text, "mine");
    }
    let text = panic_of(|| {
        block_on(async {
            let zendesk = MockZendesk::start().await;
            zendesk.expect(users::ME, 1);
        });
    });
    assert!(
        text.starts_with("expected exactly 1 call of ShowCurrentUser"),
        "{text}"
    );
}

#[tokio::test]
async fn a_mock_of_the_tests_own_that_is_not_called_fails_the_test_unless_it_is_failing_already() {
    let zendesk = MockZendesk::start().await;
    mount_unmet(&zendesk).await;
    let text = panic_of(|| drop(zendesk));
    assert!(
        text.starts_with("Verifications failed:\n- unmet."),
        "{text}"
    );

    let Output {
        status,
        stdout,
        stderr,
    } = run("fails_while_a_mock_of_its_own_is_unmet");
    let text = String::from_utf8([stdout, stderr].concat()).unwrap();
    assert_eq!(status.code(), Some(101), "{text}");
    assert!(
        text.contains(":\nmine\n") && !text.contains("Verifications failed"),
        "{text}"
    );
}

#[tokio::test]
async fn two_hundred_doubles_can_be_dropped_in_one_step_of_a_task() {
    let mut doubles = Vec::new();
    for _ in 0..200 {
        doubles.push(MockZendesk::start().await);
    }
    tokio::spawn(async move { drop(doubles) }).await.unwrap();
    // wiremock alone hangs at the 129th. Nothing in this waits, so it is one step.
    let step = async {
        for _ in 0..200 {
            drop(start(true).await);
        }
    };
    tokio::spawn(step).await.unwrap();
}

/// A double with two things to complain about, one of them wiremock's.
fn unmet() -> MockZendesk {
    block_on(async {
        let zendesk = MockZendesk::start().await;
        zendesk.expect(users::ME, 1);
        mount_unmet(&zendesk).await;
        zendesk
    })
}

#[test]
#[ignore = "a further test runs it in a process of its own"]
fn makes_a_double_in_the_initializer_of_a_thread_local() {
    thread_local! {
        static ZENDESK: MockZendesk = unmet();
    }
    ZENDESK.with(|zendesk| drop(zendesk.seed().user("Ada")));
}

#[test]
#[ignore = "a further test runs it in a process of its own"]
fn puts_a_double_into_a_thread_local() {
    thread_local! {
        static ZENDESK: RefCell<Option<MockZendesk>> = const { RefCell::new(None) };
    }
    // What is used first goes last: by then the thread-locals of tokio and of the double are gone.
    ZENDESK.with_borrow_mut(|place| *place = Some(unmet()));
}

#[test]
#[ignore = "a further test runs it in a process of its own"]
fn puts_a_double_that_follows_tokio_into_a_thread_local() {
    thread_local! {
        static ZENDESK: RefCell<Option<MockZendesk>> = const { RefCell::new(None) };
    }
    ZENDESK.with_borrow_mut(|place| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let zendesk = runtime.block_on(MockZendesk::builder().clock(Clock::tokio()).start());
        zendesk.expect(users::ME, 1);
        *place = Some(zendesk);
    });
}

#[test]
#[ignore = "a further test runs it in a process of its own"]
fn drops_a_double_in_the_initializer_of_a_thread_local() {
    thread_local! {
        static NOTHING: () = drop(unmet());
    }
    NOTHING.with(|()| ());
}

#[test]
#[ignore = "a further test runs it in a process of its own"]
fn puts_a_double_whose_expectation_panics_into_a_thread_local() {
    thread_local! {
        static ZENDESK: RefCell<Option<MockZendesk>> = const { RefCell::new(None) };
    }
    let zendesk = MockZendesk::builder().without_socket();
    // The selection is tried once where it is declared.
    let is_tried = std::sync::atomic::AtomicBool::new(false);
    zendesk.expect_calls(
        move |calls| {
            assert!(
                !is_tried.swap(true, std::sync::atomic::Ordering::Relaxed),
                "the test's own code"
            );
            calls
        },
        1,
    );
    ZENDESK.set(Some(zendesk));
}

#[tokio::test]
#[ignore = "a further test runs it in a process of its own"]
async fn fails_while_a_mock_of_its_own_is_unmet() {
    let zendesk = MockZendesk::start().await;
    mount_unmet(&zendesk).await;
    panic!("mine");
}

/// Runs one of the tests above in a process.
fn run(test: &str) -> Output {
    let name = format!("dropping::{test}");
    // Not `--nocapture`: what is told must be seen in the usual run, too.
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", &name, "--ignored"])
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap()
}

#[test]
fn a_double_in_a_thread_local_prints_what_is_wrong_and_does_not_abort_the_process() {
    for test in [
        "makes_a_double_in_the_initializer_of_a_thread_local",
        "puts_a_double_into_a_thread_local",
        "puts_a_double_that_follows_tokio_into_a_thread_local",
    ] {
        let Output {
            status,
            stdout,
            stderr,
        } = run(test);
        let (stdout, stderr) = (
            String::from_utf8_lossy(&stdout),
            String::from_utf8_lossy(&stderr),
        );
        assert!(status.success(), "{test}: {status}\n{stdout}\n{stderr}");
        assert!(stdout.contains("1 passed"), "{test}: {stdout}");
        assert!(
            stderr.contains("\nat tests/it/dropping.rs:"),
            "{test}: {stderr}"
        );
        assert!(
            stderr.contains(":\nexpected exactly 1 call of ShowCurrentUser"),
            "{test}: {stderr}"
        );
        assert!(
            stderr.contains("\nthis does not fail the test: "),
            "{test}: {stderr}"
        );
    }
    let status = run("puts_a_double_whose_expectation_panics_into_a_thread_local").status;
    assert!(status.success(), "{status}");
    // While a thread-local is made the test is under way.
    let Output { status, stdout, .. } = run("drops_a_double_in_the_initializer_of_a_thread_local");
    assert_eq!(status.code(), Some(101));
    assert!(
        String::from_utf8_lossy(&stdout).contains("expected exactly 1 call of ShowCurrentUser")
    );
}
