//! Faults as text.

use expect_test::expect;
use mock_zendesk::Fault;

#[test]
fn a_text_is_the_fault_that_it_names() {
    let texts = [
        "status=503",
        "html_error=502",
        "rate_limited=7",
        "unavailable=0.5",
        "delay=2",
        "slow_body=1.5",
        "disconnect",
        "lost_reply,on=CreateOrganizationMembership",
        "malformed_json,times=2",
        "empty_body,nth=3",
        "wrong_content_type,every=4",
        "truncated_body,always",
        " status = 500 , on = ListUsers , times = 1 ",
    ];
    let read = |text: &str| text.parse::<Fault>().unwrap().to_string();
    let read: Vec<String> = texts
        .iter()
        .map(|text| format!("{text}: {}\n", read(text)))
        .collect();
    expect![[r#"
        status=503: status 503
        html_error=502: HTML page, status 502
        rate_limited=7: status 429, retry after 7s
        unavailable=0.5: status 503, retry after 500ms
        delay=2: delayed by 2s
        slow_body=1.5: body sent over 1.5s
        disconnect: disconnected before the call was applied
        lost_reply,on=CreateOrganizationMembership: reply lost, the call was applied on CreateOrganizationMembership
        malformed_json,times=2: malformed JSON, 2 times
        empty_body,nth=3: empty body, call 3
        wrong_content_type,every=4: wrong content type, every 4 calls
        truncated_body,always: truncated body, always
         status = 500 , on = ListUsers , times = 1 : status 500 on ListUsers
    "#]].assert_eq(&read.concat());
}

#[test]
fn a_text_that_is_no_fault_is_refused_with_the_field_that_is_wrong() {
    let texts = [
        "",
        "on=ListUsers",
        "status",
        "status=99",
        "status=600",
        "status=5e2",
        "status=abc",
        "delay=0",
        "delay=-1",
        "delay=1e300",
        "delay=NaN",
        "disconnect=1",
        "disconnect,lost_reply",
        "status=500,status=501",
        "status=500,times=0",
        "status=500,times=1.5",
        "status=500,nth=-1",
        "status=500,always=2",
        "status=500,times=2,always",
        "status=500,on=Nothing at all",
        "status=500,on=listusers",
        "status=500,colour=red",
        "lostreply",
        "status=500,\u{1b}[2J",
    ];
    let read = |text: &str| text.parse::<Fault>().unwrap_err().to_string();
    let read: Vec<String> = texts
        .iter()
        .map(|text| format!("{text:?}: {}\n", read(text)))
        .collect();
    expect![[r#"
        "": a fault needs one of status, html_error, rate_limited, unavailable, delay, slow_body, disconnect, lost_reply, malformed_json, empty_body, wrong_content_type, truncated_body
        "on=ListUsers": a fault needs one of status, html_error, rate_limited, unavailable, delay, slow_body, disconnect, lost_reply, malformed_json, empty_body, wrong_content_type, truncated_body
        "status": status: it takes a status from 400 to 599, and not true
        "status=99": status: it takes a status from 400 to 599, and not 99
        "status=600": status: it takes a status from 400 to 599, and not 600
        "status=5e2": status: it takes a status from 400 to 599, and not 500.0
        "status=abc": status: it takes a status from 400 to 599, and not "abc"
        "delay=0": delay: it takes a number of seconds above 0, up to 1000000000, and not 0
        "delay=-1": delay: it takes a number of seconds above 0, up to 1000000000, and not -1
        "delay=1e300": delay: it takes a number of seconds above 0, up to 1000000000, and not 1e+300
        "delay=NaN": delay: it takes a number of seconds above 0, up to 1000000000, and not "NaN"
        "disconnect=1": disconnect: it takes true, and not 1
        "disconnect,lost_reply": lost_reply: a fault is of one kind, and this one has disconnect, too
        "status=500,status=501": status: it is given twice
        "status=500,times=0": times: it takes a whole number from 1 on, and not 0
        "status=500,times=1.5": times: it takes a whole number from 1 on, and not 1.5
        "status=500,nth=-1": nth: it takes a whole number from 1 on, and not -1
        "status=500,always=2": always: it takes true, and not 2
        "status=500,times=2,always": always: times says already which calls fail
        "status=500,on=Nothing at all": on: there is no operation Nothing at all; it takes an id such as ListUsers
        "status=500,on=listusers": on: there is no operation listusers; did you mean ListUsers?
        "status=500,colour=red": colour: a fault has no such field; it has one of status, html_error, rate_limited, unavailable, delay, slow_body, disconnect, lost_reply, malformed_json, empty_body, wrong_content_type, truncated_body, and on, times, nth, every, always
        "lostreply": lostreply: a fault has no such field; did you mean lost_reply?
        "status=500,\u{1b}[2J": \u{1b}[2J: a fault has no such field; it has one of status, html_error, rate_limited, unavailable, delay, slow_body, disconnect, lost_reply, malformed_json, empty_body, wrong_content_type, truncated_body, and on, times, nth, every, always
    "#]].assert_eq(&read.concat());
}
