"""Sentences of notebook 7 that compare or count and are no results, by what they rest on."""

RESTING_ON = {
    "mathematics: Keras's first steps, g / root(0.1 g^2 + 1e-7) against g / (g + 1e-7 /"
    " root(0.001)), for g below 0.0001": [
        "So here, unlike in the valley, its first steps would be smaller than Adam's at the"
        " same rate.)",
    ],
    "instruction": [
        "The hard part is the comparison: it must be set up so that its answer means something.",
        "Compare their *lowest points*.",
        "**Guess first:** take the best rate of each rule.",
        "Three things make the comparison fairer:",
        "(Write a negative number if you think that it is worse.)",
    ],
    "code: the grid": [
        "The long one runs this notebook several times on all digits, each time with another"
        " activation beside ReLU; one of them is SELU, a relative of ReLU.",
    ],
    "printed": [
        "The table gives each difference and the ends of its interval, in points; `NaN` stands"
        " where there is no interval.",
        "With the default values, the experiment takes far fewer, so it is about **who starts"
        " fastest**.",
    ],
    "code": [
        "The experiment trains many networks, so each of them learns from fewer digits.",
        "The same for all layers, each gradient divided by that of the output layer:",
        "To each step it adds nine tenths of the step before:",
        "Keras goes as many steps from the same start, and we compare the ends:",
        "In each training the rate falls from this value to zero in a straight line.",
        "`tune_learning_rate` tries the rate where it begins, one about three times smaller and"
        " one about three times larger (the factor is √10; 0.3 is taken to 0.316).",
        "While the best one stands at an end, it adds another rate at this end, up to ten rates.",
        "The best rate may depend on the activation too, so each pair is tuned for itself, by"
        " the same procedure, with the same two seeds.",
        "Then the same fresh seeds judge all pairs.",
        "All means more than ten points below the highest have the same dark color.",
        "All intervals speak of other seeds: the digits and the tuned rates stay the same, and"
        " the validation digits that judge here have also chosen the rates.",
        "All pairs have the same seeds, so we compare seed by seed.",
        "Its rate is the recipe's, times the ratio of the two tuned rates.",
        "Some test digits that only one of the two networks misreads, with their labels.",
        "Momentum adds nine tenths of the step before to each step.",
        "Fresh seeds judge, the same for all.",
        "(The rates that were tried lie a factor of about three apart, so a pair may be judged"
        " at a rate that is not quite its best.)",
    ],
    "code: the recipe default, 40 epochs of 422 steps": [
        "A long training takes thousands of steps: that of notebook 3, with its recipe"
        " `default`, about 17,000.",
    ],
    "mathematics": [
        "The sigmoid's slope is nowhere above a quarter.",
        "So the slopes of six sigmoids in a row, taken alone, make a gradient at least $4^6$ ="
        " 4,096 times smaller.",
        "Plain gradient descent takes steps in proportion to the gradient, so it hardly moves"
        " such layers.",
        "The gradient is the steepness times the place.",
        "Both averages start at zero, so they are too small at first: after one step, the first"
        " is a tenth of the gradient.",
        "So Adam divides it by $1 - 0.9^{move}$, which is a tenth after one step and close to 1"
        " later; the other average likewise.",
        "RMSprop and Adam begin at the same pace across the valley and along it, since they"
        " divide each gradient by its size.",
        "SGD moves the first weight by 8 times its rate, and the second by 30 times, since"
        " these are the gradients.",
        "So **the same learning rate means something else to each rule**.",
        "Two seeds judge a rate, by their mean, so that a rate at which one of them fails has"
        " little chance.",
        "Then all of them hold *at the same time* with at least 95 % (Bonferroni's correction),"
        " if the differences are roughly normal.",
        "With more seeds, the intervals would be shorter.",
        "(The slopes alone would make it 4,096 times or more.)",
    ],
    "definition": [
        "To see how they differ, we take a toy: two weights, and the loss $\\frac{1}{2}(x^2 +"
        " 20y^2)$.",
        "It is a long valley, twenty times as steep across as along.",
        "Each path starts at the left; the cross marks the lowest point.",
        "A gray pair has *failed*: at least one of its runs read fewer than 50 %.",
        '"Not told apart" does not mean "equal".',
        "The other is the *challenger*, the best of all other pairs in the experiment, told"
        " apart or not.",
    ],
    "says what was not measured": [
        "So the ends of the paths do not say which rule is better.",
        "that a pair which starts fast is better in the end,",
        "that the order is the same in deeper networks, or for other data,",
        "that pairs which we could not tell apart are equal.",
    ],
    "mathematics: with gradients of 8 and 30, the 1e-7 does not count": [
        "At the first step in this valley, Adam moves each weight by its learning rate, and"
        " RMSprop by 3.16 times its rate (by 1/√0.1, since its average starts at zero and"
        " nothing corrects it).",
    ],
    "the sentence before it is claimed; the accuracies are printed": [
        "Two networks with nearly the same accuracy need not make the same mistakes.",
    ],
    "Wilson, Roelofs, Stern, Srebro and Recht (2017), The Marginal Value of Adaptive Gradient"
    " Methods in Machine Learning, NIPS, abstract and section 4": [
        "Wilson and others (2017) found that networks trained by SGD or momentum generalize"
        " better than those trained by Adam or RMSprop.",
    ],
    "Choi, Shallue, Nado, Lee, Maddison and Dahl (2019), On Empirical Comparisons of Optimizers"
    " for Deep Learning, arXiv 1910.05446, abstract": [
        "In their experiments, with enough tuning, Adam was never worse than momentum.",
    ],
    "Schmidt, Schneider and Hennig (2021), Descending through a Crowded Valley, ICML, abstract": [
        "Schmidt, Schneider and Hennig (2021) compared fifteen optimizers in more than 50,000"
        " trainings, and found none that clearly led on all tasks.",
    ],
    "code: lab.train_many": [
        "(A run whose loss grew beyond all numbers counts as 0 %.)",
    ],
    "mathematics: the claim before it computes it": [
        "And with fifteen comparisons, each interval is about twice as long as it would be with"
        " one.",
    ],
}
