"""The files that people keep digits in: each kind in a file, and what they have in common."""

from mnist_lab.data.formats.idx_names import IDX_NAMES as IDX_NAMES
from mnist_lab.data.formats.keyed import COLLECTION_KEYS as COLLECTION_KEYS
from mnist_lab.data.formats.keyed import NPZ_KEYS as NPZ_KEYS
from mnist_lab.data.formats.raw import MNIST_SHA256 as MNIST_SHA256
from mnist_lab.data.formats.raw import RawDigits as RawDigits
from mnist_lab.data.formats.raw import digits_from_arrays as digits_from_arrays
from mnist_lab.data.formats.read import ACCEPTED as ACCEPTED
from mnist_lab.data.formats.sets import assembled as assembled
from mnist_lab.data.formats.sets import load_sample as load_sample
from mnist_lab.data.formats.sets import read_collection as read_collection
from mnist_lab.data.formats.sets import read_images as read_images
from mnist_lab.data.formats.sets import read_npz as read_npz
from mnist_lab.data.formats.sets import read_path as read_path
from mnist_lab.data.formats.sets import remarked as remarked
from mnist_lab.data.formats.tidy import Part as Part
