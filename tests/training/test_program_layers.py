"""The quicker layers compute what Keras's layers do, gradients and moving averages included."""

import numpy as np
import pytest

from mnist_lab.backend import keras, tf
from mnist_lab.training.program_layers import FusedBatchNormalization, HalvingMaxPooling2D, quicker


def computed(layer, images, **training):
    """Return a layer's output, and the gradients of its pixels and its weights."""

    @tf.function
    def run(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            output = layer(images, **training)
            unlike = tf.reshape(tf.cos(tf.range(tf.size(output), dtype=tf.float32)), output.shape)
            loss = tf.reduce_sum(output * unlike)
        return output, *tape.gradient(loss, [images, *(w.value for w in layer.trainable_weights)])

    return [tf.convert_to_tensor(value).numpy() for value in run(tf.constant(images))]


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(5, 8, 6, 3), (4, 7, 9, 2)])
@pytest.mark.parametrize("pool", [{}, {"padding": "same"}, {"strides": 1}, {"pool_size": 3}])
def test_pooling_sends_each_gradient_where_keras_does_also_where_pixels_are_equal(shape, pool):
    # Three values, so that most blocks have more than one largest pixel.
    images = np.random.default_rng(0).integers(0, 3, shape).astype(np.float32)
    ours = computed(HalvingMaxPooling2D(**pool), images)
    theirs = computed(keras.layers.MaxPooling2D(**pool), images)
    for own, expected in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(own, expected)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind", [{"momentum": 0.9}, {"scale": False}, {"axis": 1}])
def test_normalization_and_its_moving_averages_are_those_of_keras(training, kind):
    images = np.random.default_rng(1).normal(3, 2, (6, 5, 4, 3)).astype(np.float32)
    layers = FusedBatchNormalization(**kind), keras.layers.BatchNormalization(**kind)
    for layer in layers:
        layer.build(images.shape)
        for place, weight in enumerate(layer.trainable_weights):
            weight.assign(weight + np.linspace(0.1, 0.5, weight.shape[0]) * (place + 1))
    ours, theirs = (computed(layer, images, training=training) for layer in layers)
    averages = ([w.numpy() for w in layer.non_trainable_weights] for layer in layers)
    for own, expected in zip([*ours, *next(averages)], [*theirs, *next(averages)], strict=True):
        np.testing.assert_allclose(own, expected, rtol=1e-4, atol=1e-5)


def test_only_layers_of_keras_itself_are_replaced():
    pooling = keras.saving.serialize_keras_object(keras.layers.MaxPooling2D())
    assert type(keras.saving.deserialize_keras_object(quicker(pooling))) is HalvingMaxPooling2D
    for other in (pooling | {"module": "course"}, pooling | {"class_name": "Dense"}, {}):
        assert quicker(other) == other
