use super::*;

fn row(cells: [&str; COLUMNS]) -> Row {
    Row {
        sequence: None,
        cells: cells.map(str::to_owned),
        notes: vec![],
        differences: vec![],
    }
}

/// Without colours.
fn lines(rows: &[Row]) -> Vec<String> {
    let mut text = render(rows);
    for colour in [GREEN, RED, DIM, PLAIN] {
        text = text.replace(colour, "");
    }
    text.lines().map(str::to_owned).collect()
}

#[test]
fn columns_are_aligned() {
    let rows = [
        row(["ok", "health", "-", "-", "200", "public", "-"]),
        row([
            "ok",
            "read",
            "desk-1",
            "triage",
            "200",
            "allowed",
            "orders.read",
        ]),
    ];
    assert_eq!(
        lines(&rows),
        [
            "    request  agent   task    answer  reason   rule",
            "ok  health   -       -       200     public   -",
            "ok  read     desk-1  triage  200     allowed  orders.read",
        ]
    );
}

#[test]
fn long_cells_are_cut_until_the_line_fits() {
    let agent = "https://agents.partner.example/a/very/long/name/of/an/agent/desk/scout-3";
    let name = "a request whose name says a good deal more than names of requests should say";
    let all = lines(&[row([
        "NO",
        name,
        agent,
        "triage",
        "401",
        "issuer_may_not_assert",
        "-",
    ])]);
    assert!(all.iter().all(|line| length(line) <= WIDTH), "{all:#?}");
    let row = all.last().expect("a line");
    assert!(
        row.contains("…") && row.contains("desk/scout-3  triage"),
        "{row}"
    );
    assert!(
        row.contains("  a request whose name") && row.contains("issuer_may_not_assert"),
        "{row}"
    );
}

#[test]
fn notes_stand_below_their_request() {
    let mut one = row(["NO", "read", "-", "-", "403", "not_allowed", "-"]);
    one.notes.push(entries(&Listed {
        names: vec![String::from("search"), String::from("close")],
        marked: vec![String::from("close")],
    }));
    one.differences.push(Difference {
        what: "status",
        expected: String::from("200"),
        actual: String::from("403"),
    });
    assert_eq!(
        lines(&[one])[2..],
        [
            "    it has search, close (with some arguments)",
            "    status: expected 200",
            "            got      403",
        ]
    );
}

#[test]
fn steps_stand_below_their_sequence_and_repeated_ones_are_told_once() {
    let step = |name| Row {
        sequence: Some(String::from("restarts")),
        ..row(["ok", name, "-", "-", "200", "allowed", "-"])
    };
    let mut odd = step("  two");
    odd.differences.push(Difference {
        what: "status",
        expected: String::from("429"),
        actual: String::from("200"),
    });
    let alone = row(["ok", "alone", "-", "-", "200", "public", "-"]);
    let all = lines(&[step("  two"), step("  two"), odd, step("  more"), alone]);
    let beginnings: Vec<String> = all
        .iter()
        .map(|line| line.chars().take(14).collect())
        .collect();
    assert_eq!(
        beginnings,
        [
            "    request   ",
            "    restarts",
            "ok    2× two  ",
            "ok    two     ",
            "    status: ex",
            "            go",
            "ok    more    ",
            "ok  alone     ",
        ]
    );
}
