//! What a wait-for graph is made of before it has a size: tasks, things, and arrows between them.

use crate::report::both::Both;
use crate::report::model::{Edge, Waits, one_line};
use crate::report::{timeline, words};

/// Tasks beyond these are not drawn, but for those of the cycle: a picture of more is not looked at.
const MOST_TASKS: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Net {
    pub nodes: Vec<Node>,
    pub arrows: Vec<Arrow>,
    /// The nodes of the cycle, in its order.
    pub ring: Vec<usize>,
    /// Stuck tasks that are not drawn.
    pub left_out: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Task(String),
    /// What tasks wait for, and whether somebody has it or will bring it.
    Thing {
        name: String,
        is_forlorn: bool,
    },
    /// What this task waits for is not known.
    Unknown {
        waiter: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    pub from: usize,
    pub to: usize,
    pub kind: Kind,
    /// Whether it is one of the cycle's.
    pub in_cycle: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Waits,
    HeldBy,
}

impl Net {
    pub(super) fn of(waits: &Waits) -> Net {
        let mut net = Net::default();
        for edge in &waits.cycle {
            let nodes = net.hops(edge);
            net.ring.extend(nodes.iter().take(nodes.len() - 1));
        }
        let is_drawn = |task: &String| waits.cycle.iter().any(|edge| edge.waiter == *task);
        let others = waits.tasks.iter().map(|stuck| &stuck.task).filter(|task| !is_drawn(task));
        let left_out: Vec<&String> = others.skip(MOST_TASKS).collect();
        net.left_out = left_out.len();
        for stuck in waits.tasks.iter().filter(|stuck| !left_out.contains(&&stuck.task)) {
            let at = net.node(Node::Task(stuck.task.clone()));
            let edges: Vec<&Edge> = waits.edges.iter().filter(|edge| edge.waiter == stuck.task).collect();
            for edge in &edges {
                let hops = net.hops(edge);
                let in_cycle = waits.cycle.contains(edge);
                net.join(&hops, in_cycle);
            }
            if edges.is_empty() {
                let unknown = net.node(Node::Unknown { waiter: stuck.task.clone() });
                net.join(&[at, unknown], false);
            }
        }
        net
    }

    /// The nodes that an edge leads over: the waiter, the thing unless it is the holder itself, and the holder.
    fn hops(&mut self, edge: &Edge) -> Vec<usize> {
        let mut hops = vec![self.node(Node::Task(edge.waiter.clone()))];
        if !edge.is_join {
            let is_forlorn = edge.holder.is_none() && !edge.on.starts_with("the clock");
            hops.push(self.node(Node::Thing { name: edge.on.clone(), is_forlorn }));
        }
        hops.extend(edge.holder.clone().map(|holder| self.node(Node::Task(holder))));
        hops
    }

    /// The first hop is the wait, a second leads to who holds what is waited for.
    fn join(&mut self, hops: &[usize], in_cycle: bool) {
        for (nth, pair) in hops.windows(2).enumerate() {
            let &[from, to] = pair else { continue };
            let kind = if nth == 0 { Kind::Waits } else { Kind::HeldBy };
            match self.arrows.iter_mut().find(|arrow| (arrow.from, arrow.to, arrow.kind) == (from, to, kind)) {
                Some(known) => known.in_cycle |= in_cycle,
                None => self.arrows.push(Arrow { from, to, kind, in_cycle }),
            }
        }
    }

    /// The place of a node, which is entered when it is first seen.
    fn node(&mut self, node: Node) -> usize {
        self.nodes.iter().position(|known| *known == node).unwrap_or_else(|| {
            self.nodes.push(node);
            self.nodes.len() - 1
        })
    }

    /// Where the way goes on from here, for whoever follows only one.
    pub(super) fn next(&self, at: usize) -> Option<usize> {
        self.arrows.iter().find(|arrow| arrow.from == at).map(|arrow| arrow.to)
    }
}

impl Node {
    /// As it stands in its box.
    pub(super) fn label(&self) -> Both {
        match self {
            Node::Task(name) => Both::same(timeline::name(&one_line(name))),
            Node::Thing { name, .. } => words::called(&one_line(name)).map(|name| timeline::shortened(name, 30)),
            Node::Unknown { .. } => Both::new("not known", "невідомо"),
        }
    }
}

impl Kind {
    pub(super) fn word(self) -> Both {
        match self {
            Kind::Waits => Both::new("waits", "чекає"),
            Kind::HeldBy => Both::new("held by", "у руках"),
        }
    }
}
