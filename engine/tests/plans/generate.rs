//! Valid plans that no compiler would write, made of a string of choices.

use remit_engine::plan::*;

use crate::sample;

/// Most nodes of a program.
const NODES: usize = 250;
/// Deepest nesting.
const DEPTH: usize = 24;

/// Choices; where they have run out, always the first of what there is.
struct Choices<'c>(std::slice::Iter<'c, u8>);

impl Choices<'_> {
    fn below(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |byte| usize::from(*byte) % count)
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn datum(&mut self, depth: usize) -> Datum {
        let kinds = if depth == 0 { 11 } else { 14 };
        match self.below(kinds) {
            0 => Datum::Bool(true),
            1 => Datum::Bool(false),
            2 => Datum::Int(self.of(&[0, 1, -1, 2, 64, 1000, i64::MAX, i64::MIN])),
            3 => Datum::Uint(self.of(&[0, 1, 3, u64::MAX])),
            4 => Datum::Double(self.of(&[0.0, -0.0, 0.5, 1e300, f64::NAN, f64::NEG_INFINITY])),
            5 => Datum::String(self.text()),
            6 => Datum::Bytes(self.of(&[vec![], vec![0xff, 0], b"YQ==".to_vec()])),
            7 => {
                let (first, last) = (Timestamp::FIRST_SECOND, Timestamp::LAST_SECOND);
                Datum::Timestamp(Timestamp {
                    seconds: self.of(&[0, first, last, 1_700_000_000]),
                    nanos: self.of(&[0, 1, 999_999_999]),
                })
            }
            8 => Datum::Duration(Duration(self.of(&[
                0,
                -1,
                i64::MAX,
                i64::MIN,
                3_600_000_000_000,
            ]))),
            9 => {
                let address = self
                    .of(&["10.1.2.3", "::1", "::ffff:10.0.0.1"])
                    .parse()
                    .unwrap();
                if self.below(2) == 0 {
                    return Datum::Ip(address);
                }
                let prefix = self.of(&[0, 1, 31, 32]);
                Datum::Cidr(Cidr { address, prefix })
            }
            10 => self.of(&[
                Datum::Null,
                Datum::Optional(None),
                Datum::Type("int".into()),
            ]),
            11 => Datum::Optional(Some(Box::new(self.datum(depth - 1)))),
            12 => {
                let length = self.of(&[1, 2, 0, 3, 40]);
                Datum::List((0..length).map(|_| self.datum(depth - 1)).collect())
            }
            _ => {
                let length = self.below(4);
                let mut keys = ["%d", "a", "id", "é"].into_iter().take(length);
                Datum::Map(
                    keys.by_ref()
                        .map(|key| (Datum::String(key.into()), self.datum(depth - 1)))
                        .collect(),
                )
            }
        }
    }

    fn text(&mut self) -> String {
        let texts = [
            "",
            "a",
            "id",
            "é😀",
            "%s %d %.3f %x",
            "1h30m",
            "2020-01-01T00:00:00Z",
            "10.0.0.0/8",
            "::1",
            "Europe/Berlin",
            "+02:00",
            "-5",
            "1e400",
            "true",
            "YQ==",
            "\u{0}",
            ",",
        ];
        let text = self.of(&texts).to_owned();
        text.repeat(self.of(&[1, 1, 1, 1, 2, 300]))
    }
}

struct Maker<'c, 'd> {
    choices: &'d mut Choices<'c>,
    nodes: Vec<Node>,
    /// In how many scopes each node stands.
    levels: Vec<u32>,
    level: u32,
    locals: u32,
    shared: Option<ProgramId>,
}

impl Maker<'_, '_> {
    fn node(&mut self, depth: usize) -> NodeId {
        let leaf = depth == 0 || self.nodes.len() > NODES;
        // Now and then one that stands in as many scopes is used again.
        let again = self.choices.below(6) == 5;
        if again && let Some(found) = self.levels.iter().rposition(|level| *level == self.level) {
            return NodeId(found as u32);
        }
        let made = if leaf {
            self.leaf()
        } else {
            self.any(depth - 1)
        };
        self.nodes.push(made);
        self.levels.push(self.level);
        NodeId(self.nodes.len() as u32 - 1)
    }

    fn leaf(&mut self) -> Node {
        let slot = SlotId(self.choices.below(5) as u32);
        match self.choices.below(7) {
            0 | 1 => Node::Constant(self.choices.datum(3)),
            2 => Node::Read(slot),
            3 => Node::ReadOptional(slot),
            4 => Node::Present(slot),
            5 => self.shared.map_or(Node::Read(slot), Node::Once),
            _ if self.level == 0 => Node::Read(slot),
            _ => Node::Local(LocalId(self.choices.below(self.level as usize) as u32)),
        }
    }

    fn nodes(&mut self, most: usize, depth: usize) -> Vec<NodeId> {
        let count = self.choices.below(most + 1);
        (0..count).map(|_| self.node(depth)).collect()
    }

    /// A node in the scope of so many variables more.
    fn scoped(&mut self, variables: u32, depth: usize) -> NodeId {
        self.level += variables;
        self.locals = self.locals.max(self.level);
        let body = self.node(depth);
        self.level -= variables;
        body
    }

    fn any(&mut self, depth: usize) -> Node {
        let function = self.choices.of(Function::ALL);
        let name = self.choices.of(&["a", "id", "nope"]).to_owned();
        let kinds = [
            ElementKind::Plain,
            ElementKind::Plain,
            ElementKind::Optional,
        ];
        match self.choices.below(24) {
            0 | 1 => self.leaf(),
            2 => Node::Not(self.node(depth)),
            3 => Node::And(self.node(depth), self.node(depth)),
            4 => Node::Or(self.node(depth), self.node(depth)),
            5 => Node::Choose(self.node(depth), self.node(depth), self.node(depth)),
            6 => Node::Equal(self.node(depth), self.node(depth)),
            7 => Node::NotEqual(self.node(depth), self.node(depth)),
            8 | 9 => Node::Unary(function, self.node(depth)),
            10 | 11 => Node::Binary(function, self.node(depth), self.node(depth)),
            12 => Node::Call(function, self.nodes(4, depth)),
            13 => Node::Matches(AutomatonId(0), self.node(depth)),
            14 => Node::OptionalOr(self.node(depth), self.node(depth)),
            15 => Node::OptionalOrValue(self.node(depth), self.node(depth)),
            16 => match self.choices.below(3) {
                0 => Node::Field(self.node(depth), name),
                1 => Node::HasField(self.node(depth), name),
                _ => Node::OptionalField(self.node(depth), name),
            },
            17 => {
                let elements = self.nodes(6, depth).into_iter();
                Node::List(
                    elements
                        .map(|each| (each, self.choices.of(&kinds)))
                        .collect(),
                )
            }
            18 => {
                let (keys, values) = (self.nodes(3, depth), self.nodes(3, depth));
                let entries = keys.into_iter().zip(values);
                Node::Map(
                    entries
                        .map(|(key, value)| (key, value, self.choices.of(&kinds)))
                        .collect(),
                )
            }
            19 => Node::ReadOr(SlotId(self.choices.below(5) as u32), self.node(depth)),
            20 => Node::Bind {
                local: LocalId(self.level),
                value: self.node(depth),
                body: self.scoped(1, depth),
            },
            21 => Node::OptionalMap {
                optional: self.node(depth),
                local: LocalId(self.level),
                body: self.scoped(1, depth),
                result: self
                    .choices
                    .of(&[OptionalMapResult::Value, OptionalMapResult::Optional]),
            },
            _ => self.fold(depth),
        }
    }

    fn fold(&mut self, depth: usize) -> Node {
        use FoldKind::*;
        let kind = self.choices.of(&[
            Map,
            All,
            Exists,
            ExistsOne,
            Filter,
            TransformMap,
            TransformMapEntry,
            SortBy,
        ]);
        let variables = 1 + self.choices.below(2) as u32;
        let range = self.node(depth);
        let filter = self.choices.below(3) == 2;
        Node::Fold(Box::new(Fold {
            kind,
            range,
            key: (variables == 2).then_some(LocalId(self.level + 1)),
            element: LocalId(self.level),
            filter: filter.then(|| self.scoped(variables, depth)),
            body: self.scoped(variables, depth),
        }))
    }
}

fn program(choices: &mut Choices<'_>, shared: Option<ProgramId>) -> Program {
    let mut maker = Maker {
        choices,
        nodes: Vec::new(),
        levels: Vec::new(),
        level: 0,
        locals: 0,
        shared,
    };
    let root = maker.node(DEPTH);
    let Maker {
        mut nodes, locals, ..
    } = maker;
    // The last is the result.
    nodes.truncate(root.index() + 1);
    Program { nodes, locals }
}

/// A valid plan, and what its slots read.
pub(crate) fn plan(choices: &[u8]) -> (Plan, Vec<Datum>) {
    let mut choices = Choices(choices.iter());
    let data = (0..4).map(|_| choices.datum(3)).collect();
    let shared = program(&mut choices, None);
    let others = (0..2).map(|_| program(&mut choices, Some(ProgramId(0))));
    let programs: Vec<_> = std::iter::once(shared).chain(others).collect();
    let mut plan = sample::plan();
    plan.tasks.clear();
    plan.rules.clear();
    plan.programs = programs;
    (plan, data)
}
