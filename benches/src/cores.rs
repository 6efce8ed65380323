//! Which cores the client and the servers run on. Left to itself the scheduler decides that anew in
//! each run, and it decides more than everything else: a thread that takes turns with another on
//! the same core waits for nobody to wake up.

use core_affinity::CoreId;

/// The cores of one measurement. A thread stays on the core of the one that it was started by.
#[derive(Clone, Copy)]
pub struct Cores {
    client: Option<CoreId>,
    server: Option<CoreId>,
    pub name: &'static str,
    pub over_http: &'static str,
}

impl Cores {
    /// Client and server take turns.
    pub fn one() -> Self {
        let first = core_affinity::get_core_ids().and_then(|cores| cores.first().copied());
        Self {
            client: first,
            server: first,
            name: "on one core",
            over_http: "the same over HTTP, on one core",
        }
    }

    /// Client and server have a core each, as in most tests. None where there is only one.
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

    /// Starts servers.
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
