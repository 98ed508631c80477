"""The claims of notebook 4."""

from statistics import mean

from tools.claims.claim import Run, general, our_run


def _beyond(run: Run, group: str) -> float:
    """Return how far the interval of a group's share of mistakes lies above that of all digits."""
    return run.table["low"][group] - (1 - run.accuracy)


CLAIMS = [
    general("Most of the planted errors are found.", lambda run: run.found > 0.5),
    general(
        "The list also holds labels that nobody has changed, as the last number says.",
        lambda run: run.count_planted > run.found * max(1, run.train // 100) + 0.5,
    ),
    our_run(
        "In our run, rows 1 and 2 are the beginning, rows 3 and 4 the end.",
        lambda run: run.count_real >= 24,
    ),
    general(
        "Most mistakes of the first are mistakes of the second, too.",
        lambda run: run.repaired < 0.5,
    ),
    general(
        "But not all of them: another seed gives another list.",
        lambda run: run.repaired > 0,
    ),
    our_run(
        "In our run, the vote reads 0.19 points more of the test digits than its voters do on"
        " average.",
        lambda run: round(run.gain, 2) == 0.19,
    ),
    our_run(
        "The first voter is better than that average in our run; against it, the gain is smaller"
        " and could be chance.",
        lambda run: (
            run.accuracies[0] > mean(run.accuracies) and run.by_vote.endswith("could be chance")
        ),
    ),
    general(
        "They are many times more frequent than mistakes, so the diagonal has no color; the colors"
        " are for the mistakes.",
        lambda run: run.accuracy / (1 - run.accuracy) > 5,
    ),
    our_run(
        "In our run only the first of these cells is above that number.",
        lambda run: run.pairs["count"]["0"] > run.limit >= run.pairs["count"]["1"],
    ),
    our_run(
        "In our run two cells change by more than that, but only by one or two mistakes: hardly a"
        " reason to trust them.",
        lambda run: len(run.clear) == 2 and max(run.clear) - run.largest <= 2,
    ),
    general(
        "Mistakes are more frequent among unusual digits than among the others.",
        lambda run: run.among_mistakes > run.unusual_share,
    ),
    our_run(
        "In our run, six of them lie there: all but that of *leaning right*.",
        lambda run: (
            {name for name in run.table["low"] if _beyond(run, name) <= 0} == {"leaning right"}
        ),
    ),
    our_run(
        "Four of the six do so by less than 0.2 points.",
        lambda run: sum(0 < _beyond(run, name) < 0.002 for name in run.table["low"]) == 4,
    ),
    our_run(
        "The bar of *unusual loops* lies furthest to the right, and its share of mistakes is the"
        " highest.",
        lambda run: all(
            max(run.table[column], key=run.table[column].get) == "unusual loops"
            for column in ("low", "error")
        ),
    ),
    our_run(
        "In our run, fewer than one training label in a hundred is on the list.",
        lambda run: run.count_real < run.train / 100,
    ),
    our_run(
        "Of the 10,000 test labels 22 are suspect in our run, and 15 of those are mistakes of the"
        " network.",
        lambda run: (
            run.test == 10_000
            and run.by_cause["digits"]["label suspect"] == 22
            and run.by_cause["mistakes"]["label suspect"] == 15
        ),
    ),
    general(
        "And part of a list of mistakes is the luck of the seed.",
        lambda run: run.repaired > 0,
    ),
    general(
        "Digits with an unusual shape are misread more often than others.",
        lambda run: run.among_mistakes > run.unusual_share,
    ),
]
# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "Two networks with the same number can fail in different ways, and the number does not say what"
    " to do next.": "definition",
    "The same digits as before:": "code",
    "They have the same two hidden layers of 200 neurons, but learn from the digits as they are,"
    " and without any remedy against overfitting.": "code",
    "At the defaults they also train for 10 epochs, where the network of notebook 3 trained for 40."
    "": "code",
    "They differ from each other in the seed alone: other first weights, and another order of the"
    " digits.": "code",
    "All settings are fixed in advance, so nothing is chosen here.": "code",
    "Three test digits of each kind (`examples` takes the first digit of every kind, then the"
    " second, then the third):": "definition",
    "Roughly, a digit labeled 4 counts as a 9 if they are at least that sure of a 9.": (
        "cleanlab, find_label_issues with filter_by='prune_by_noise_rate'; Northcutt, Jiang and"
        " Chuang (2021)"
    ),
    "Then seven digits labeled 4 become suspect: those for which the probability of the 9"
    " exceeds that of the 4 most.": "cleanlab, as above",
    "The list begins with the suspects for which the two probabilities differ most.": "code",
    "We can test it, because we can make wrong labels ourselves.": "definition",
    "We copy the training digits, and change one label in a hundred to another digit, drawn at"
    " random.": "code",
    "But a planted error need not be like a real one: here a 4 may become any other digit with the"
    " same chance, and people need not slip so evenly.": "code",
    "Now the labels as they are, with the same method.": "code",
    "Such a list holds wrong labels, digits that nobody can read for certain, and digits at which"
    " our networks fail.": "definition",
    "Only a person can say which are which.": "definition",
    "What we find must not be used to improve a network that is then tested on the same digits;"
    " that would be choosing on the test digits.": "instruction",
    "With other test digits the same network would score a little differently.": "mathematics",
    "The 95 % interval (Wilson, 1927) is the range of true accuracies that fit what we saw.": (
        "definition"
    ),
    "With other first weights, the same recipe makes another network.": "definition",
    "The blue dots differ in the seed alone, so how far they lie apart shows the luck of the"
    " seed.": "code",
    "More seeds do not shorten the intervals; more test digits do.": "mathematics",
    "A 95 % interval reaches about two standard deviations to each side, so the bar of a plain"
    " network is about four times as long as the second number.": "mathematics",
    "In the code, `ddof=1` asks for the usual form for a few values.": "definition",
    "The first two plain networks differ in nothing but the seed.": "code",
    "A digit that both read, or both misread, does not say which is better.": "definition",
    "So count only the digits that one of them reads and the other does not: there they"
    " *disagree*.": "instruction",
    "If the two were equally good, each would win such a digit with probability one half, like a"
    " fair coin.": "mathematics",
    "We toss that coin as often as the two disagree, and repeat this 10,000 times.": "code",
    "In the code, `binomial` counts the heads of `disagree` tosses.": "code",
    "With counts of 62 and 48, for example, one expects 55, and both counts lie 7 away from it:"
    " half of their difference.": "mathematics",
    "`as_uneven` asks whether the heads are at least as far away.": "code",
    "It also gives the difference of the two accuracies with a 95 % interval, by the *bootstrap*"
    " (Efron, 1979).": "code",
    "As many digits as the test set has are drawn from it at random, where a digit may be drawn"
    " more than once, and the difference is computed on them.": "code",
    "This is done 10,000 times, and the interval holds the middle 95 % of these differences.": (
        "code"
    ),
    "Below a p-value of 0.05 it says *more than chance*.": "code",
    "First the same two networks, then the first plain one against the network of notebook 3:": (
        "code"
    ),
    "Of twenty comparisons between equally good networks, about one may come out as *more"
    " than chance*.": "mathematics",
    "Whether one recipe is better than another, only several seeds of both can say.": "instruction",
    "The plain networks vote: we take the mean of their probabilities, and the most probable digit"
    " is the answer.": "code",
    "Some cells are darker than others.": "printed",
    "Suppose that no cell attracted more mistakes than another.": "definition",
    "Then each mistake would fall at random into one of the 90 cells beside the diagonal.": (
        "definition"
    ),
    "(In the code, `multinomial` drops the mistakes into 90 equal cells, a thousand times.)": (
        "code"
    ),
    "Chance alone rarely fills a cell above the second number: at most 5 of 100 such tables have"
    " one.": "mathematics",
    "Two networks are often compared by the difference of their tables.": "definition",
    "Blue cells are mistakes that the second network makes less often, red cells those that it"
    " makes more often; on the diagonal stand right answers gained or lost.": "code",
    "The second line counts the cells that change by more than that.": "code",
    "Trust the total, and a single cell only if it changes by clearly more than another seed"
    " changes one.": "instruction",
    "The bars are 95 % intervals.": "code",
    "The 5 % with the thinnest strokes set the limit for *thin strokes*, the 5 % with the thickest"
    " that for *thick strokes*, and so on for slant and width: six kinds.": "definition",
    "The seventh is *unusual loops*: fewer than 5 % of the training digits with this label have"
    " exactly as many loops.": "definition",
    "A slanted 1 is thus compared with other 1s, and one loop is usual in a 6, but unusual in a 7."
    "": "shape_properties on the training digits: most 6s have one loop, fewer than 3 % of the 7s",
    "For each kind, the share of mistakes with its 95 % interval, and the number of digits in"
    " brackets:": "code",
    "If a bar lies wholly to the right of the dashed line, mistakes may be more frequent in this"
    " kind than among all digits.": "mathematics",
    "There are seven bars, and a bar that lies there by a little may be chance.": "mathematics",
    "More such digits for training may help.": "instruction",
    "Part of that may be its training, part the luck of the seed: one more plain network may read"
    " some of them, too.": "definition",
    "**None of these.**": "definition",
    "Nothing that we measured marks these digits, and at least one plain network reads them.": (
        "code"
    ),
    "Cross-validation makes a list of suspects, and only people can judge them.": "definition",
    "Count only the digits that one of the two reads and the other does not, and compare with a"
    " fair coin.": "instruction",
    "Then train both recipes with several seeds, as notebook 3 does, and ask whether the gain is"
    " there again.": "instruction",
    "A cell of the confusion matrix may mean something if it is fuller than chance would fill"
    " it.": "definition",
    "Suspect labels need people, unusual digits may need more digits like them, and digits that are"
    " hard for all may need another kind of network.": "instruction",
    "One expects half of the tosses.": "mathematics",
    "For fifteen, at most two of the five saw what the label says.": (
        "mturk/mnist_mturk.json of github.com/cleanlab/label-errors"
    ),
}
