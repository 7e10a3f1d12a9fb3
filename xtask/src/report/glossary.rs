//! The words that a reader needs, each in a sentence.

use super::both::Both;

/// A word, and what it means, in the order in which a picture needs them.
pub(super) fn glossary() -> Vec<(Both, Both)> {
    WORDS.iter().map(|[en, uk, means, meaning]| (Both::new(*en, *uk), Both::new(*means, *meaning))).collect()
}

const WORDS: [[&str; 4]; 12] = [
    [
        "task",
        "задача",
        "A piece of a program that can wait while others go on: a lane of the picture. `main` is the first, and starts the others.",
        "Частина програми, що може чекати, доки інші йдуть далі: рядок діаграми. `main` — перша, вона створює решту.",
    ],
    [
        "turn, step",
        "хід, крок",
        "A task runs from where it stood to where it next waits, and nobody comes between. (A poll, says Rust.) The picture has a column for each.",
        "Задача виконується від місця, де стояла, до місця, де знову чекатиме, і ніхто не втручається. (У Rust це poll.) На діаграмі кожен хід має стовпець.",
    ],
    [
        "ready",
        "готова",
        "It could go on at once, but another has its turn: a solid line. It does not run.",
        "Могла б іти далі негайно, та зараз хід іншої: суцільна лінія. Вона не виконується.",
    ],
    [
        "waits",
        "чекає",
        "It cannot go on until something comes: a lock, a time, the end of another task. A dotted line, with what it waits for.",
        "Не може йти далі, доки щось не станеться: звільниться м’ютекс, настане час, завершиться інша задача. Пунктир із тим, на що вона чекає.",
    ],
    [
        "wakes",
        "будить",
        "Makes one that waits ready: a filled arrow. From the line at the top it is the clock that wakes.",
        "Робить готовою ту, що чекала: зафарбована стрілка. Від лінії вгорі — будить годинник.",
    ],
    [
        "lock",
        "м’ютекс",
        "Only one task can have it; whoever comes meanwhile stands in line. `Lock 1` is the first of the run that somebody took.",
        "Мати його може лише одна задача; решта стає в чергу. `Lock 1` — перший, який хтось узяв у цьому запуску.",
    ],
    [
        "schedule, order",
        "порядок",
        "Whose turn it was, one after the other: `a b b a`. Who can run is given; who of them goes on is a choice, and another choice is another schedule.",
        "Чий був хід, один за одним: `a b b a`. Хто може йти далі, дано; хто з них піде — вибір, а інший вибір — інший порядок.",
    ],
    [
        "the paused order",
        "звичайний порядок",
        "The one that tokio takes by itself, first come first served; the pictures on top of a page show it.",
        "Той, який tokio вибирає сам: хто перший готовий, той перший і йде. Його показано на діаграмі вгорі сторінки.",
    ],
    [
        "virtual time",
        "віртуальний час",
        "The clock stands while anybody can run, and jumps to the next timer when nobody can. A wait of an hour takes no time to watch.",
        "Годинник стоїть, доки хоч хтось може йти далі, і стрибає до найближчого таймера, коли не може ніхто. Година чекання минає миттєво.",
    ],
    [
        "naive, fixed",
        "naive, fixed",
        "A program with its mistake, and the same program without it.",
        "Програма з помилкою і та сама програма без неї.",
    ],
    [
        "deadlock",
        "взаємне блокування",
        "Each of several waits for what another of them has: none will ever go on.",
        "Кожна з кількох чекає на те, що має інша з них: далі не піде жодна.",
    ],
    [
        "left over",
        "покинута",
        "The program is over, and this task was not: it is dropped where it stands. Cancelled: somebody told it to stop.",
        "Програма завершилася, а ця задача — ні: її знищують там, де вона стоїть. Скасована — хтось наказав їй спинитися.",
    ],
];
