"""The claims of notebook 4."""

from tools.claims.claim import Run, general, our_run


def _error(run: Run, group: str) -> float:
    return run.table["error"][group]


CLAIMS = [
    general("Most of the planted errors are found.", lambda run: run.found > 0.5),
    general(
        "Fewer labels are suspect here than after we planted errors.",
        lambda run: run.count_real < run.count_planted,
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
        "In our run, the vote is better than the mean of its voters.", lambda run: run.gain > 0
    ),
    general(
        "They are many times more frequent than mistakes, so the diagonal has no color; the colors"
        " are for the mistakes.",
        lambda run: run.accuracy / (1 - run.accuracy) > 5,
    ),
    our_run(
        "In our run, the first of these cells is above that number.",
        lambda run: run.pairs["count"]["0"] > run.limit,
    ),
    general(
        "Mistakes are more frequent among unusual digits than among the others.",
        lambda run: run.among_mistakes > run.unusual_share,
    ),
    our_run(
        "In our run, that share is highest for unusual loops.",
        lambda run: max(run.table["error"], key=lambda name: _error(run, name)) == "unusual loops",
    ),
    our_run(
        "In our run, fewer than one training label in a hundred is on the list.",
        lambda run: run.count_real < run.train / 100,
    ),
    general(
        "Digits with an unusual shape are misread more often than others.",
        lambda run: run.among_mistakes > run.unusual_share,
    ),
    general(
        "The network of notebook 3 fails more often on digits of unusual shape than on others.",
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
    "They differ from each other in the seed alone: other first weights, and another order of the"
    " digits.": "code",
    "All settings are fixed in advance, so nothing is chosen here.": "code",
    "A wrong label does harm twice.": "definition",
    "A label becomes *suspect* if the network prefers another digit clearly enough.": "definition",
    "How much is enough is measured, too: roughly, the network must give the other digit at least"
    " the probability that it gives, on average, to digits which bear that label.": "Northcutt,"
    " Jiang and Chuang (2021)",
    "The list begins with the suspects for which the two probabilities differ most.": "code",
    "We can test it, because we can make wrong labels ourselves.": "definition",
    "We copy the training digits, and change one label in a hundred to another digit, drawn at"
    " random.": "code",
    "But a planted error need not be like a real one: here a 4 may become any other digit, while a"
    " person is more likely to write 9 for it than 0.": "definition",
    "Now the labels as they are, with the same method.": "code",
    "Such a list holds wrong labels, digits that nobody can read for certain, and digits at which"
    " our networks fail.": "definition",
    "Only a person can say which are which: for each digit, cover the text above it and read the"
    " digit first.": "instruction",
    "What we find must not be used to improve a network that is then tested on the same digits;"
    " that would be choosing on the test digits.": "instruction",
    "With other test digits the same network would score a little differently.": "mathematics",
    "The 95 % interval (Wilson, 1927) is the range of true accuracies that fit what we saw.": (
        "definition"
    ),
    "With other first weights, the same recipe makes another network.": "definition",
    "The blue dots differ in the seed alone, so how far they lie apart shows the luck of the"
    " seed.": "code",
    "More seeds do not shorten the intervals; only more test digits do.": "mathematics",
    "The first two plain networks differ in nothing but the seed.": "code",
    "A digit that both read, or both misread, does not say which is better.": "definition",
    "So count only the digits on which they disagree.": "instruction",
    "If the two were equally good, each would win such a digit with probability one half, like a"
    " fair coin.": "mathematics",
    "We toss that coin as often as the two disagree, and repeat this 10,000 times.": "code",
    "It also gives the difference of the two accuracies with a 95 % interval, found by drawing the"
    " test digits anew with replacement (the *bootstrap*; Efron, 1979).": "code",
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
    "Suppose that no pair of digits were harder than another.": "definition",
    "Then each mistake would fall at random into one of the 90 cells beside the diagonal.": (
        "definition"
    ),
    "A cell above the second number is more than chance; a cell up to that number need not mean"
    " anything.": "mathematics",
    "Two networks are often compared by the difference of their tables.": "definition",
    "Blue cells are mistakes that the second network makes less often, red cells those that it"
    " makes more often; on the diagonal stand right answers gained or lost.": "code",
    "The line above it compares the first plain network with each of the other plain ones, which"
    " differ from it in the seed alone.": "code",
    "Trust the total, and a single cell only if it changes by clearly more than another seed"
    " changes one.": "instruction",
    "The bars are 95 % intervals.": "code",
    "A digit is called *unusual* if fewer than 5 % of the training digits with its label have"
    " strokes as thin, or as thick, or lean as far to the left, and so on.": "definition",
    "For each kind, the share of mistakes with its 95 % interval, and the number of digits in"
    " brackets:": "code",
    "If a bar lies wholly to the right of the dashed line, mistakes are more frequent in this kind"
    " than among all digits.": "mathematics",
    "Collect more such digits for training, or make them.": "instruction",
    "**None of these.**": "definition",
    "Nothing that we measured marks these digits, and at least one plain network reads them.": (
        "code"
    ),
    "Cross-validation makes a list of suspects, and only people can judge them.": "definition",
    "Count only the digits on which the two disagree, and compare with a fair coin.": "instruction",
    "Then ask whether another seed would give the same answer.": "instruction",
    "A cell of the confusion matrix means something if it is fuller than chance would fill it.": (
        "definition"
    ),
}
