//! The cores of the client and the servers. By default, the scheduler chooses them anew in each
//! run, and that choice has the largest effect of all: two threads that take turns on one core
//! never wait for each other to wake up.

use core_affinity::CoreId;

/// The cores of one measurement. A thread stays on the core of the thread that started it.
#[derive(Clone, Copy)]
pub struct Cores {
    client: Option<CoreId>,
    server: Option<CoreId>,
    pub name: &'static str,
    pub over_http: &'static str,
}

impl Cores {
    /// Returns one core, on which client and server take turns.
    pub fn one() -> Self {
        let first = core_affinity::get_core_ids().and_then(|cores| cores.first().copied());
        Self {
            client: first,
            server: first,
            name: "on one core",
            over_http: "the same over HTTP, on one core",
        }
    }

    /// Returns a core for the client and one for the server, as in most tests. `None` means that
    /// there is only one core.
    pub fn two() -> Option<Self> {
        let cores = core_affinity::get_core_ids()?;
        let server = Some(*cores.get(1)?);
        Some(Self {
            server,
            name: "on a core each",
            over_http: "the same over HTTP, on a core each",
            ..Self::one()
        })
    }

    /// Runs the function that starts servers on the server's core.
    pub fn start<R>(self, start: impl FnOnce() -> R) -> R {
        set(self.server);
        let started = start();
        set(self.client);
        started
    }
}

fn set(core: Option<CoreId>) {
    if let Some(core) = core {
        core_affinity::set_for_current(core);
    }
}
