"""Sentences of notebook 9 that compare or count and are no results, by what they rest on."""

RESTING_ON = {
    "definition": [
        "A stroke is what the pen leaves from touching the paper to leaving it: a list of points,"
        " and a width.",
        "Each point is a pixel: how far right, how far down.",
        "(Counted from 0, row 14 is the first row below the middle.)",
        "To go on training a trained network on a few digits of a new kind is called"
        " **fine-tuning**.",
        "The table has four accuracies of each network, in per cent: on the other half of the"
        " drawings and on MNIST's validation digits, before and after.",
        "If they are yours, you know what they were meant to be; the network only sees the ink.",
        "The score is an estimate, and its interval says which shares are possible.",
        "Your score says nothing about a friend's hand.",
        "**Center:** put it on 28 x 28 pixels so that its **center of mass**, the mean place of"
        " its ink, is at row 14 and column 14.",
        'A mark of which the reader is less sure than its threshold becomes a "?".',
        "Each new pixel becomes the mean of the old pixels that it covers, so that edges become"
        " gray.",
        "It counts only if you wrote before you saw the answers.",
        "It has one more way to err: a digit that it refuses counts as not read.",
    ],
    "code": [
        "But the program made its drawings as wide and as thick as MNIST's digits, so drawings by"
        " people may gain less.",
        "With other digits, another seed or the recipe `quick`, they are trained now.",
        "It lays both side by side so that as few digits as possible differ.",
        "The figure shows the page of touching digits with the most of them.",
        "There, lines join digits, so that many are one part.",
        "Parts beside each other mostly have different colors.",
        "The course comes with a hundred drawings, ten of each digit.",
        "*A program drew them*, and no person: somebody typed in a few outlines of each digit,"
        " and the program bends, turns and shakes them at random.",
        "The digit is moved by whole pixels, and never over the edge.",
        "The weights are the same, and so are the drawings.",
        "You also see five of the first 10,000 training digits: those whose 576 numbers in the last"
        " hidden layer of the convolutional network are nearest to those of your drawing.",
        "After the last drawing, the pad begins to answer.",
        "Where this page is read without a running Python, the pad is only a line of text.",
        "With fewer than twenty of yours, the next cells use the drawings by the program.",
        "Of each digit, the first two drawings are a pair, then the next two, and so on; a random"
        " choice decides which drawing of a pair goes into which half.",
        "There are few drawings, so they are distorted anew in every pass, as in notebook 3.",
        "Nothing is chosen on the other half; the learning rate is the usual 0.001.",
        "Here are the ten drawings of which the convolutional network is least sure, the least"
        " sure first.",
        "The convolutional network reads the pages after each step but the last.",
        "There is a second rule: where four or more marks are found, and the reader is less than"
        " 65 % sure on average, the whole page is refused.",
        "Its network learned from digits written by the same program as these pages, so it may"
        " read real photos worse.",
        "This is an easy case: the reader learned from A's and other letters by the same program.",
        "Also, both drawings of a pair by the program come from one outline, so each outline in"
        " the test half was learned from.",
        "With outlines never seen, the gain may be smaller.",
        "So let somebody with scissors help at first: the program knows where its digits are, and"
        " `cut_squares` cuts a square around each, in which the digit is as large as in MNIST.",
        "The first try changes nothing but the color: the mean of red, green and blue is a gray,"
        " from 0 (black) to 1 (white).",
        "The photo goes through the same steps, made smaller if it is large.",
        "The simplest rule is one number for all: what is darker than half of white is ink (1),"
        " the rest is paper (0).",
        "Parts shorter than a fiftieth of the page's longer side are specks, and are left out.",
        "To compare them with what is written, they need an order: a part whose middle lies more"
        " than half a digit's height below that of the part before begins a new line.",
        "So let all ink grow until its strokes are that wide.",
        "`lab.handwriting.read_page` goes the same way with more care.",
        "It estimates the paper so that it follows the edge of a shadow.",
        "It is as large as the convolutional one.",
        "Its threshold, see below, was chosen on some of the validation digits, of which these"
        " pages are made.",
        "With another seed or the sample, it has learned from some of these digits.)",
        "The reader has learned it: its letters and scribbles had labels drawn at random, so that"
        " no digit was a good answer.",
        "A copy of each network learns from the first half.",
        "*Photo …* opens a file; you can also drop a picture on the pad or paste it, and take one"
        " where the browser allows the camera.",
    ],
    "printed": [
        "The figure shows the way from the pad to the network, with an MNIST digit of the same"
        " kind on the right.",
        "And on a page of letters there is nothing to read, so each digit that is read there is"
        " an error.",
        "The numbers are per cent.",
        "Someone who guesses without looking gets about this much: one digit in ten, and a few"
        " more that fit by chance when both are laid side by side.",
    ],
    "mathematics": [
        "This test says nothing about the shrinking, since these digits already have the right"
        " size.",
        'The ten probabilities add up to 1, and "none of these" is not among them (notebook 5).',
        "An interval covers one kind of luck: which drawings happened to be taken.",
        "`distance_transform_edt` says for each pixel of ink how far it is from paper; in a long"
        " stroke, the mean of that is about a quarter of the stroke's width.",
        "Few drawings make wide intervals.",
        "For a score around 90 %, half the width takes about four times as many drawings.",
        "Pens differ: pencil is paler than ink.",
        "Paper in a shadow can be darker than half of white, and then it counts as ink.",
        "But where paper in the shadow is darker than ink in the light, no single number is right.",
        "(In whole pixels it is half a pixel more, so the code subtracts 4 x 0.5 = 2.)",
        "Ink grows on both sides, so by half of what is missing.",
        "Digits on one page share pen, paper and light, so a few pages of a kind say less than the"
        " number of their digits suggests.",
        "A few pages of letters say little.",
        "(A part of the drop may come from the settings, such as the distortion, and not from the"
        " drawings.",
        "One would see it by training the same passes on fifty digits of MNIST.)",
    ],
    "instruction": [
        "Answers can change how you write: if a 4 is misread, you may write the next one in"
        " another way.",
        "The same digit in a corner and in the middle, large and small.",
        "Collect at least twenty, better fifty or more, of all ten digits.",
        "Write as you always write.",
        "Before you draw more, run the rest of the page, from the cell below the pad on: what you"
        " collect with answers in sight would be counted, too.",
        "Set `blind` in the parameters to the number of digits that you want to collect, at least"
        " 20, and name a new, empty folder in `drawings`.",
    ],
    "LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning, section III A": [
        "The makers of MNIST prepared every digit in the same way (LeCun, Bottou, Bengio and"
        " Haffner, 1998), in three steps:",
    ],
    "Yadav and Bottou (2019), Cold Case: the Lost MNIST Digits, sections 1 and 2": [
        "Yadav and Bottou (*Cold Case: the Lost MNIST Digits*, NeurIPS 2019) went back to the"
        " original scans and reconstructed the missing steps.",
    ],
    "McCloskey and Cohen (1989), Catastrophic interference in connectionist networks": [
        "This is called **forgetting** (McCloskey and Cohen, 1989): nothing in these passes asks"
        " a network to keep what it knew.",
    ],
    "MNIST's training digits, by `shape_properties`: a median of 2.5 pixels": [
        "In MNIST, a stroke is about an eighth as wide as its digit is long.",
    ],
}
