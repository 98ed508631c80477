"""The claims of notebook 1."""

from math import log, sqrt

from mnist_lab.evaluation import wilson_interval
from tools.claims.claim import Run, general, our_run

_CEILING = 0.56  # one half, and half of the share of the most frequent digit, 11.2 % at most


def _falling(values: list[float]) -> bool:
    return all(after < before for before, after in zip(values, values[1:], strict=False))


def _shrinking_steps(run: Run) -> bool:
    steps = [abs(b - a) for a, b in zip(run.path, run.path[1:], strict=False)]
    return _falling(steps)


def _interval(run: Run) -> tuple[float, float]:
    """Return the 95 % interval of the validation accuracy."""
    return wilson_interval(round(run.validation_accuracy * run.validation), run.validation)


def _standard_error(*parts: tuple[float, int]) -> float:
    """Return that of the difference between the shares of two parts, each with its digits."""
    return sqrt(sum(share * (1 - share) / count for share, count in parts))


def _test_or_validation(run: Run) -> float:
    """Return the standard error of the difference between test and validation accuracy."""
    return _standard_error((run.accuracy, run.test), (run.validation_accuracy, run.validation))


def _validation_or_training(run: Run) -> float:
    """Return the standard error of the difference between validation and training error."""
    return _standard_error((run.validation_error, run.validation), (run.training_error, run.train))


CLAIMS = [
    general("Most pixels are 0: paper.", lambda run: run.paper > 0.5),
    general(
        "Without training, the loss of the network is between 2 and 3.",
        lambda run: 2 < run.untrained_loss < 3,
    ),
    general(
        "Keras computes the same, under the name *sparse* categorical cross-entropy.",
        lambda run: abs(run.loss_by_hand - run.loss_by_keras) < 1e-4,
    ),
    general("The loss rises.", lambda run: run.nudged_loss > run.start_loss),
    general(
        "Where the curve is steep, a step is long; where it is nearly flat, a step is short.",
        _shrinking_steps,
    ),
    general(
        "In these eight steps, one weight alone takes away less than a tenth of the loss.",
        lambda run: 0 < run.start_loss - run.end_loss < run.start_loss / 10,
    ),
    general(
        "The two gradients are equal, but for rounding.",
        lambda run: run.gradient_difference < 1e-5,
    ),
    general(
        "The loss falls at every step of the figure.", lambda run: _falling(run.descent_losses)
    ),
    general(
        "The first ten steps gain more accuracy than the 990 after them, and yet from step 1 to 10,"
        " 100 and 1,000 the accuracy rises each time.",
        lambda run: (
            run.watched["10"] - run.watched["0"] > run.watched["1000"] - run.watched["10"]
            and run.watched["1"] < run.watched["10"] < run.watched["100"] < run.watched["1000"]
        ),
    ),
    our_run(
        "In our run the validation error is higher than the training error.",
        lambda run: run.validation_error > run.training_error,
    ),
    our_run(
        "But if we drew the digits again and again, luck alone would make so large a difference in"
        " fewer than one of a hundred draws.",
        lambda run: run.validation_error - run.training_error > 2.58 * _validation_or_training(run),
    ),
    our_run("In our run `lab.train` was faster.", lambda run: run.seconds < run.fit_seconds),
    our_run(
        "In our run the test accuracy is higher than the validation accuracy, though the network"
        " has learned from neither.",
        lambda run: run.accuracy > (run.validation_accuracy or 0),
    ),
    our_run(
        "The two intervals overlap.",
        lambda run: _interval(run)[1] > run.interval[0] and _interval(run)[0] < run.interval[1],
    ),
    our_run(
        "The difference may be no more than luck: some digits are easier to read than others.",
        lambda run: abs(run.accuracy - run.validation_accuracy) < 1.96 * _test_or_validation(run),
    ),
    general(
        "At the same place, this one has a negative weight, which is blue: ink in the middle speaks"
        " against a 0.",
        lambda run: run.trained_value < 0,
    ),
    general(
        "Of the inverted digits the network reads fewer than chance would give.",
        lambda run: run.halves[1] < 0.1,
    ),
    general(
        "In MNIST the most frequent digit, the 1, has about 11 % of the digits, which adds 5.6"
        " points.",
        lambda run: 0.112 <= run.baseline < 0.113,
        applies=lambda run: run.source == "mnist",
    ),
    general(
        "So about 56 % can be read at most.",
        lambda run: max(part["accuracy"] for part in run.mixed_results.values()) < _CEILING,
    ),
    general(
        "It reads fewer of them than the first, and yet its loss is lower.",
        lambda run: (
            run.mixed_results["second"]["accuracy"] < run.mixed_results["first"]["accuracy"]
            and run.mixed_results["second"]["loss"] < run.mixed_results["first"]["loss"]
        ),
    ),
    general(
        "The first network gives its wrong answers more than half of the probability, on average.",
        lambda run: run.mixed_results["first"]["sure"] > 0.5,
    ),
    general(
        "Where the second network is wrong, it is less sure.",
        lambda run: run.mixed_results["second"]["sure"] < run.mixed_results["first"]["sure"],
    ),
    our_run(
        "In our run, the second loss is still above 2.303, the loss of somebody who gives each"
        " digit 1/10.",
        lambda run: run.mixed_results["second"]["loss"] > log(10),
    ),
]

# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "The course climbs a ladder: each rung is a network that should misread fewer digits than the"
    " one before.": "definition",
    "This is the first rung: ten neurons, one for each digit, with nothing between them and the"
    " pixels.": "definition",
    "`Optional[int]` is a whole number or `None`.": "definition",
    "The *quick* values are those of a short run of the whole course.": "definition",
    "On the same computer, the same seed gives the same numbers, unless a graphics card does the"
    " arithmetic.": "what the course's tests of train() check",
    "The network is told nothing else.": "code",
    "The second cell prints the middle of the first picture. (`load_digits` has divided by 255, so"
    " that a pixel lies between 0 and 1; here we multiply again.)": "code",
    "It always gives the same answer: the digit with the most training examples.": "definition",
    "It multiplies each input by its weight, adds the products, and adds one more number, its"
    " **bias**.": "definition",
    '(From here on, "weights" often means the biases as well.)': "definition",
    "They do not add up to 1, because each neuron answers for itself.": "printed",
    "A probability of 1 has the loss 0, and ½ has the loss 0.69.": "mathematics",
    "The closer the probability comes to 0, the larger the loss, without limit.": "mathematics",
    "This is how ten separate neurons come to agree on one digit: they share one whole, so they"
    " compete.": "mathematics",
    "Keras on TensorFlow arrives there because it remembers the sum $z$ behind each sigmoid.": (
        "Keras 3: src/activations/activations.py, src/backend/tensorflow/nn.py"
    ),
    "We do this step by hand first, with the first 256 digits at once, a **batch**.": "code",
    "A positive slope means that a smaller weight is better: ink in the middle should speak against"
    " a 0.": "definition",
    "So we make the weight smaller: by the slope times a number that we choose, the **rate** (in"
    " full, the *learning rate*).": "definition",
    "Here it is 20, which makes steps long enough to"
    " see.": "printed: the dots of the figure lie apart",
    "We could nudge the weights one by one, and compute the loss 7,850 times.": "mathematics",
    "(This is negative for the neuron of the right digit: its sum should grow.)": "mathematics",
    "A weight adds weight times pixel to that sum, so the slope of the weight is the pixel times"
    " this difference.": "mathematics",
    "Suppose that the pixels went up to 255, and the differences were the same.": "mathematics",
    "Then each weight's slope would be 255 times as large, so the weight would move 255 times as"
    " far.": "mathematics",
    "Then it would be multiplied by a pixel that is 255 times as large.": "mathematics",
    "So one step would change a sum 255 · 255 = 65,025 times as much, and a rate that fits"
    " pixels up to 1 would be far too large.": "mathematics",
    "The nudge gave a slightly different slope because it measures over a short stretch of the"
    " curve, not at a point.)": "mathematics",
    "Now all the weights move together, twenty times, on the same batch.": "code",
    "It has seen none of them, and it has learned from one batch only.": "code",
    "To learn from more digits, draw another batch of 256 digits at random for each"
    " step.": "instruction",
    "The step is the mean divided by the usual size, times the learning"
    " rate.": "Kingma and Ba (2015), algorithm 1",
    "So a weight whose slopes agree moves by about the learning rate per step, whether its slopes"
    " are large or small.": "Kingma and Ba (2015), section 2.1",
    "A weight whose slopes disagree moves less.": "Kingma and Ba (2015), section 2.1",
    "A part of this may be luck: these validation digits may happen to be harder than"
    " others.": "definition",
    "So the network knows the digits that it learned from better than new"
    " ones.": "the claim before it",
    "`lab.models.single_layer` builds the same network, and `lab.train` does the same compile and"
    " fit.": "code",
    "The mathematics is the same, and so is the seed.": "code",
    "But the first weights and the order of the digits differ:": "code",
    "So the accuracies need not be equal.": "code",
    "We use it often from the next notebook on.": "code",
    "Now, and only now, the test digits.": "code",
    "Nothing above was chosen by looking at them.": "code",
    "It says nothing about the luck of training: another seed gives another network.": "definition",
    "Others report, on MNIST's 10,000 test digits, 91.76 % for logistic regression"
    " (scikit-learn's benchmark), and 88.0 % for a linear classifier (LeCun et al., 1998).": (
        "scikit-learn, benchmarks/bench_mnist.py, older than 0.18, where LogisticRegression fits"
        " one binary problem for each label; LeCun et al. (1998), table on the MNIST page"
    ),
    "Logistic regression is here ten sigmoid neurons, each trained alone to say yes or no. It"
    " was trained with another loss than ours; the numbers do not show how much that alone"
    " changes.": "the sources of the sentence before it",
    "In our run, the darkest weights form a frame near the edge, blue in most of the pictures.": (
        "printed: the figure"
    ),
    "Few digits have ink there, since MNIST's digits were fitted into 20 × 20 of the 28 × 28 pixels"
    " (LeCun et al., 1998).": "LeCun et al. (1998), section III.A, and the MNIST page",
    "A pixel on which no training digit has ink always has the slope 0, so its weights stay as they"
    " began.": "mathematics",
    "The second figure shows the twelve mistakes with the highest confidence; *over 99.9% sure*"
    " means a confidence above 0.999.": "code",
    "Suppose that half of the digits came as white ink on black paper.": "definition",
    "It has never seen white ink.": "code",
    "From each picture to the next, the sum changes by the same amount.": "printed",
    "In the middle every pixel is ½: the same plain grey, whichever digit we began"
    " with.": "mathematics",
    "The grey picture is half-way, so each sum there is the mean of its values at the two"
    " ends.": "mathematics",
    "Only one neuron has the largest sum for the grey picture.": "mathematics",
    "So only *one* of the ten digits can be read correctly both on white paper and on"
    " black.": "mathematics",
    "Whether a digit comes on white or on black has nothing to do with its picture, so in the"
    " long run half of these digits are read at most.": "mathematics",
    "The one digit that can be read on both adds half of its own share.": "mathematics",
    "Digits of which every second one is inverted are such a case: about 56 % can be read at"
    " most.": "mathematics",
    "We train it in the same way as before.": "code",
    "A pen stroke is a list of points on a square of 280 × 280:": "definition",
    "Change the points, and the label, and run the cell again.": "instruction",
    "Each notebook on the way up adds a rung to the picture, with its 95 % interval.": "code",
    "Further right is better.": "definition",
    "The axis is logarithmic: from 20 to 10 % is as far as from 2 to 1 %.": "mathematics",
    "In the table, `improvement` is empty, because there is no rung below this one.": "code",
    'The loss of a batch has a slope for each weight: the pixel times "probability minus target",'
    " as a mean over the batch.": "mathematics",
    "Times `targets`, nine of the ten probabilities of a digit become 0, so that their sum is"
    " the probability of its label.": "mathematics",
    "`load_digits` divides by 255, so that usual rates and usual first weights fit.": "code",
    "Ink on a red pixel makes the sum of this neuron larger, ink on a blue pixel smaller, and"
    " on a white pixel it changes nothing.": "mathematics",
    "It is the largest of the ten sums that counts: where a pixel is equally blue in all ten"
    " pictures, its ink speaks for none of them.": "mathematics",
}
