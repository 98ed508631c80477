"""Sentences of notebook 5 that compare or count and are no results, by what they rest on."""

RESTING_ON = {
    "definition": """
    A temperature knows nothing of this, since it is found on digits as they are. It could give
    10 % to each, but nothing in the training asks for that. The random pixels lie scattered,
    though; a clump of pixels may do more harm, wherever it lies. The third of the lines above
    is that of `smoothed`. The **expected calibration error** (Naeini et al., 2015) takes the
    size of each gap, without its sign, and then the mean of these sizes; a bin counts as often
    as it has digits. **Label smoothing** (Szegedy et al., 2016; notebook 3) takes a tenth of
    each label and spreads it evenly over the ten digits. The vertical axis is logarithmic: from
    one line of the grid to the next, the number of digits grows tenfold. A weather service says
    "80 % chance of rain" on a hundred days. Above zero, the network promises more than it
    keeps: it is **overconfident**. Below zero it promises less: it is **underconfident**. In
    this **reliability diagram** each point is a bin. So it needs a **threshold**: an answer
    with less confidence is refused. It says, for each pixel, how fast the logarithm of the
    probability would rise with a little more ink *there*. The difference is in points, with its
    95 % interval (notebook 4): the luck of the test digits is in it, that of the seed is not. A
    network that errs more often should also be less sure. The softmax divides 100 % among ten
    digits, and has no place for "this is no digit".""",
    "code": """
    It met changes of the first three kinds in training, though smaller ones: turns of at most
    15 degrees, for example. The network of notebook 3 has the same layers, and has learned from
    digits that were moved, turned, stretched and bent anew in each epoch. All but the
    temperature is in per cent (`assign` puts the temperatures back as they were). Contrast 0.6
    takes away 60 % of the ink of each pixel, occlusion 8 covers a square of 8 by 8 pixels (here
    it is a corruption, above it was a method), and inversion 0.3 mixes in 30 % of the negative.
    Most directions are slanted, so most digits land between the pixels, and their strokes
    become a little softer. A digit near the edge may lose some ink. At the defaults (40 epochs,
    no `model_file`), that is the only difference between `plain` and `distorted`, but for the
    rounding of a stored network's weights: they have the same layers, the same first weights
    and equally long training. To the left it answers fewer, the surest ones, and the line shows
    the share of mistakes among them. The next cell cuts all answers into ten bins of equal
    width; bins without an answer are left out. In it, `confidence` is the mean confidence and
    `error` the calibration error in ten bins; `new_confidence` and `new_error` are the same
    with the `temperature` that suits the validation digits of that network. A threshold is a
    choice, and is made on the validation digits: we take the confidence that one in a hundred
    of them does not reach. The lines end where fewer than five mistakes are left, since a share
    of so few says little. The next cell does that 784 times, with a square of five by five
    pixels around each pixel. `attributions` does the same for several digits, and knows a
    second method: the **gradient**. Red pixels speak for the answer, blue ones against it, and
    the color bars say how much: in the occlusion map the fall of the probability, in the
    gradient the change of the logarithm per unit of ink. We take a hundred digits and turn 20
    dark pixels of each into paper: the 20 that are reddest in a map, or 20 at random. A
    translation is in pixels, a rotation in degrees, and scale 0.3 makes the digit 1.3 times as
    large or as small. Now all nine at growing severity, for three networks that read the same
    digits. The table compares `plain` and `distorted` at the severities of the pictures above,
    in per cent. Where the dashed line lies above the solid one, the space between them is
    filled: there the network promises more than it keeps. A thousand pictures hold no digit at
    all: each pixel has a value drawn at random between paper and ink.""",
    "mathematics": """
    So the training asks for 91 % for the digit on the label, and for 1 % for each of the other
    nine. So this loss cannot fall below 0.50, which is $-0.91 \\ln 0.91 - 9 \\cdot 0.01 \\ln
    0.01$. Mistakes that are made with a high confidence pass most thresholds. A temperature
    above 1 makes the ten probabilities more alike, one below 1 makes them less alike. The order
    stays the same, so every answer stays the same, and so does the accuracy. The vertical lines
    are 95 % intervals; they are long where a bin has few digits. `smoothed` was asked for 91 %,
    never for 100 %. The occlusion map is white where there is no ink nearby: paper on paper
    changes nothing. It learned from centered digits only, and nothing in its layers makes up
    for that: each pixel has weights of its own. (`distorted` has the same layers, and met
    shifted digits.)""",
    "instruction": "Take all answers of `plain` with a confidence between 70 and 90 %.",
    "notebooks 2 and 3": """
    Notebook 2 counted the mistakes of its network with a confidence above 90 %, and notebook 3
    looked at the mean confidence of mistakes.""",
    "Müller, Kornblith and Hinton (2019), When does label smoothing help?, table 3": """
    Müller, Kornblith and Hinton (2019) report image networks that smoothed labels calibrate
    about as well as a temperature does.""",
    "their section 3": "Simonyan, Vedaldi and Zisserman (2014) do nearly the same.)",
    "the MNIST database": "All test digits come from the same collection as the training digits.",
}
