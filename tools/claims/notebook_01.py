"""The claims of notebook 1."""

from tools.claims.claim import Run, general, our_run

_CEILING = 0.56  # one half, and half of the share of the most frequent digit, 11.2 % at most


def _falling(values: list[float]) -> bool:
    return all(after < before for before, after in zip(values, values[1:], strict=False))


def _shrinking_steps(run: Run) -> bool:
    steps = [abs(b - a) for a, b in zip(run.path, run.path[1:], strict=False)]
    return _falling(steps)


CLAIMS = [
    general("Most pixels are 0: paper.", lambda run: run.paper > 0.5),
    general(
        "Without training, the network pays between 2 and 3.",
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
        "One weight alone takes away less than a tenth of the loss.",
        lambda run: 0 < run.start_loss - run.end_loss < run.start_loss / 10,
    ),
    general(
        "The two gradients are equal, but for rounding.",
        lambda run: run.gradient_difference < 1e-5,
    ),
    general("The loss falls at every step.", lambda run: _falling(run.descent_losses)),
    general(
        "The first ten steps gain more accuracy than the 990 after them, and yet from step 1 to 10,"
        " 100 and 1,000 the accuracy rises each time.",
        lambda run: (
            run.watched["10"] - run.watched["0"] > run.watched["1000"] - run.watched["10"]
            and run.watched["1"] < run.watched["10"] < run.watched["100"] < run.watched["1000"]
        ),
    ),
    our_run("In our run it was faster.", lambda run: run.seconds < run.fit_seconds),
    our_run(
        "In our run the test accuracy is higher than the validation accuracy, though the network"
        " has learned from neither.",
        lambda run: run.accuracy > (run.validation_accuracy or 0),
    ),
    general(
        "The weight that we nudged has become negative, so it is blue: ink in the middle speaks"
        " against a 0.",
        lambda run: run.trained_value < 0,
    ),
    our_run(
        "In our run the strongest weight of all lies near the edge, where ink is rare.",
        # Within seven pixels of it: MNIST's digits were fitted into the middle 20 x 20 pixels.
        lambda run: (
            min(*divmod(run.strongest, 28), *(27 - place for place in divmod(run.strongest, 28)))
            < 7
        ),
    ),
    general(
        "Of the inverted digits the network reads fewer than chance would give: what spoke for a"
        " digit now speaks against it.",
        lambda run: run.halves[1] < 0.1,
    ),
    general(
        "With half of the digits inverted, this leaves about 55 % at most in the long run: one"
        " half, and half of the share of one digit.",
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
        "The first network is sure of its answers, also where they are wrong, and the loss punishes"
        " that without limit.",
        lambda run: run.mixed_results["first"]["sure"] > 0.5,
    ),
    general(
        "The second avoids this price by being sure of little.",
        lambda run: run.mixed_results["second"]["sure"] < 0.5,
    ),
]

_TEN_SEEDS = "ten seeds (0 to 9) on full MNIST with the default values, November 2026"

# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "This is the first rung of the ladder: a network of ten neurons, one for each digit, with"
    " nothing between them and the pixels.": "definition",
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
    "Probability 1 costs nothing, and ½ costs 0.69.": "mathematics",
    "The closer to 0, the more it costs, without limit.": "mathematics",
    "This is how ten separate neurons come to agree on one digit: they share one whole, so they"
    " compete.": "mathematics",
    "Keras on TensorFlow arrives there because it remembers the sum $z$ behind each"
    " sigmoid.": "Keras 3: src/activations/activations.py, src/backend/tensorflow/nn.py",
    "We do this step by hand first, with a few digits at once, a **batch**.": "definition",
    "A positive slope means that a smaller weight is better: ink in the middle should speak against"
    " a 0.": "definition",
    "So we make the weight smaller: by the slope times a number that we choose, the"
    " **rate**.": "definition",
    "We could nudge the weights one by one, and compute the loss 7,850 times.": "mathematics",
    "(This is negative for the neuron of the right digit: its sum should grow.)": "mathematics",
    "A weight adds weight times pixel to that sum, so the slope of the weight is the pixel times"
    " this error.": "mathematics",
    "With pixels up to 255, these slopes would be 255 times as large, and each step would change"
    " the sums 65,025 times as much.": "mathematics",
    "(The nudge gave a slightly different slope because it measures over a short stretch of the"
    " curve, not at a point.)": "mathematics",
    "Now all the weights move together, twenty times, on the same batch, with a rate of"
    " 0.2.": "code",
    "It has seen none of them, and it has learned from one batch only.": "code",
    "To learn from more digits, draw another batch at random for each step.": "instruction",
    "It divides a running mean of each weight's slopes by their usual size; the step is this"
    " quotient times the learning rate.": "Kingma and Ba (2015), algorithm 1",
    "So a weight whose slopes agree moves by about the learning rate per step, whether its"
    " slopes are large or small.": "Kingma and Ba (2015), section 2.1",
    "A weight whose slopes disagree moves less.": "Kingma and Ba (2015), section 2.1",
    "Where a slope follows many zeros, one step can be about three times as long (section 2.1 of"
    " their paper).": "Kingma and Ba (2015), section 2.1: 0.1 / sqrt(0.001) = 3.2 rates",
    "The network may know the digits that it learned from better than new ones.": "definition",
    "And these validation digits may happen to be harder, or easier, than others.": "definition",
    "`lab.models.single_layer` builds the same network, and `lab.train` does the same compile and"
    " fit.": "code",
    "The mathematics is the same; the first weights and the order of the digits are not, so the"
    " accuracies need not be equal.": "code",
    "We use it often from the next notebook on.": "code",
    "Now, and only now, the test digits.": "code",
    "Nothing above was chosen by looking at them.": "code",
    "It says nothing about the luck of training: another seed gives another network.": "definition",
    "The validation accuracies lay between 92.08 and 92.57 %, with a mean of 92.33 %; the mean"
    " test accuracy was 92.67 %.": _TEN_SEEDS,
    "The validation digits of seed 0 are a hard draw: seven of the nine other seeds reach more on"
    " theirs.": _TEN_SEEDS,
    "And MNIST's test digits are a little easier for this network than validation digits are on"
    " average.": _TEN_SEEDS,
    "Others report, on MNIST's 10,000 test digits, 91.76 % for logistic regression, which is our"
    " network with softmax written out (scikit-learn's benchmark), and 88.0 % for a linear"
    " classifier trained on the squared error (LeCun et al., 1998).": (
        "scikit-learn, benchmarks/bench_mnist.py; LeCun et al. (1998), table on the MNIST page"
    ),
    "Adam gives a weight that is seldom used steps about as long as the others, so such weights can"
    " grow large.": "Kingma and Ba (2015), section 2.1: steps do not depend on a gradient's scale",
    "A pixel on which no training digit has ink always has the slope 0, so its weights stay as they"
    " began.": "mathematics",
    "Suppose that half of the digits came as white ink on black paper.": "definition",
    "It has never seen white ink.": "code",
    "From each picture to the next, the sum changes by the same amount.": "printed",
    "In the middle every pixel is ½: the same plain grey, whichever digit we began"
    " with.": "mathematics",
    "Only one neuron has the largest sum for the grey picture.": "mathematics",
    "So only *one* of the ten digits can be read correctly both on white paper and on"
    " black.": "mathematics",
    "We train it in the same way as before.": "code",
    "A pen stroke is a list of points on a square of 280 × 280:": "definition",
    "Change the points, and the label, and run the cell again.": "instruction",
    "Each notebook on the way up adds a rung to the picture, with its 95 % interval.": "code",
    'The loss of a batch has a slope for each weight: the pixel times "probability minus target",'
    " as a mean over the batch.": "mathematics",
}
