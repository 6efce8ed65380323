//! The six tests with this crate.

use std::time::Duration;

use mock_zendesk::{
    Clock, Credentials, Fault, MockZendesk, organization_memberships, users::NewUser,
};

use super::program::{Mistake, Program};

async fn account() -> MockZendesk {
    let credentials = Credentials::api_token("owner@example.com", "token");
    MockZendesk::builder()
        .credentials(credentials)
        .start()
        .await
}

// a user joins an organization
pub(crate) async fn joins(mistake: Mistake) {
    let zendesk = account().await;
    let ada = zendesk.seed().user("Ada");
    let acme = zendesk.seed().organization("Acme");
    let program = Program::new(&zendesk.uri(), mistake);

    program.link(ada.id.into(), acme.id.into()).await.unwrap();

    zendesk.assert_membership(&ada, &acme).is_default();
    zendesk
        .calls()
        .of(organization_memberships::CREATE)
        .assert_once();
}
// end

// a user who is a member already
pub(crate) async fn joins_again(mistake: Mistake) {
    let zendesk = account().await;
    let ada = zendesk.seed().user("Ada");
    let acme = zendesk.seed().organization("Acme");
    zendesk.seed().membership(&ada, &acme);
    let program = Program::new(&zendesk.uri(), mistake);

    program.link(ada.id.into(), acme.id.into()).await.unwrap();

    zendesk.assert_user(&ada).organizations([&acme]);
}
// end

// a list of several pages
pub(crate) async fn reads_all_pages(mistake: Mistake) {
    let zendesk = account().await;
    let ada = zendesk.seed().user("Ada");
    let names = ["Acme", "Globex", "Hooli", "Initech", "Umbrella"];
    let organizations = names.map(|name| zendesk.seed().organization(name));
    for organization in &organizations {
        zendesk.seed().membership(&ada, organization);
    }
    let program = Program::new(&zendesk.uri(), mistake);

    let found = program.organizations_of(ada.id.into()).await.unwrap();

    assert_eq!(
        found,
        organizations.map(|organization| u64::from(organization.id))
    );
    zendesk.calls().assert_no_page_twice();
}
// end

// a background job of which one item fails
pub(crate) async fn links_many(mistake: Mistake) {
    let zendesk = account().await;
    let acme = zendesk.seed().organization("Acme");
    let users: Vec<_> = (0..120)
        .map(|n| zendesk.seed().user(format!("User {n}")))
        .collect();
    zendesk.seed().membership(&users[7], &acme);
    let program = Program::new(&zendesk.uri(), mistake);

    let ids: Vec<u64> = users.iter().map(|user| user.id.into()).collect();
    let refused = program.link_all(&ids, acme.id.into()).await.unwrap();

    assert_eq!(refused, [ids[7]]);
    assert_eq!(
        zendesk.account().memberships_of_organization(&acme).len(),
        120
    );
}
// end

// an upsert of a user who is in another organization
pub(crate) async fn upserts(mistake: Mistake) {
    let zendesk = account().await;
    let seed = zendesk.seed();
    let (acme, globex) = (seed.organization("Acme"), seed.organization("Globex"));
    let ada = seed.user(NewUser::new("Ada").external_id("p-1"));
    seed.membership(&ada, &globex);
    let program = Program::new(&zendesk.uri(), mistake);

    let found = program
        .upsert("p-1", "Ada L.", acme.id.into())
        .await
        .unwrap();

    assert_eq!(ada.id, found);
    zendesk.assert_user(&ada).organizations([&globex, &acme]);
}
// end

// a rate limit
pub(crate) async fn waits_when_limited(mistake: Mistake) {
    let builder = MockZendesk::builder().clock(Clock::wall());
    let zendesk = builder.start().await;
    let ada = zendesk.seed().user("Ada");
    let acme = zendesk.seed().organization("Acme");
    let limited = Fault::rate_limited(Duration::from_secs(1));
    zendesk.inject(limited.on(organization_memberships::CREATE));
    let program = Program::new(&zendesk.uri(), mistake);

    program.link(ada.id.into(), acme.id.into()).await.unwrap();

    zendesk.calls().assert_honored_retry_after();
    zendesk.assert_membership(&ada, &acme).exists();
}
// end
