// @ts-check
// Collected drawings as a .npz file: two arrays, each as NumPy writes it, in a zip archive that
// compresses nothing. Python writes the same in collection.py.

/** @typedef {{ pixels: Uint8Array, label: number }} Drawing pixels are 28 rows of 28 bytes */

const utf8 = new TextEncoder();

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Return whole numbers as bytes, the lowest first.
 * @param {[number, number][]} fields each a number, and how many bytes it takes
 */
function numbers(fields) {
  const bytes = fields.map(([value, length]) =>
    Uint8Array.from({ length }, (_, at) => Math.floor(value / 256 ** at)),
  );
  return joined(bytes);
}

/**
 * Return an array of bytes in NumPy's format, version 1.0.
 * @param {number[]} shape
 * @param {Uint8Array} values
 */
function npy(shape, values) {
  const sizes = shape.map((size) => `${size},`).join(" ");
  const description = `{'descr': '|u1', 'fortran_order': False, 'shape': (${sizes}), }`;
  const blanks = " ".repeat(63 - ((10 + description.length) % 64)); // the values begin at 64 n
  const header = utf8.encode(`${description}${blanks}\n`);
  const magic = joined([Uint8Array.of(0x93), utf8.encode("NUMPY"), Uint8Array.of(1, 0)]);
  return joined([magic, numbers([[header.length, 2]]), header, values]);
}

/** Return the checksum that a zip archive has of each file. */
function crc32(/** @type {Uint8Array} */ bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/**
 * Return a zip archive of files that are stored as they are.
 * @param {[string, Uint8Array][]} files names and contents
 */
function zip(files) {
  /** @type {Uint8Array[]} */
  const contents = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let place = 0;
  for (const [name, content] of files) {
    /** @type {[number, number][]} version, flags, method, time, date (the first of 1980) */
    const common = [[20, 2], [0, 2], [0, 2], [0, 2], [33, 2]];
    common.push([crc32(content), 4], [content.length, 4], [content.length, 4], [name.length, 2]);
    const local = numbers([[0x04034b50, 4], ...common, [0, 2]]);
    const central = numbers([[0x02014b50, 4], [20, 2], ...common, [0, 12], [place, 4]]);
    contents.push(local, utf8.encode(name), content);
    directory.push(central, utf8.encode(name));
    place += local.length + name.length + content.length;
  }
  const [index, count] = [joined(directory), files.length];
  const end = numbers([
    [0x06054b50, 4], [0, 4], [count, 2], [count, 2], [index.length, 4], [place, 4], [0, 2],
  ]);
  return joined([...contents, index, end]);
}

/**
 * Return the bytes of drawings.npz.
 * @param {Drawing[]} drawings at least one
 */
export function collectionFile(drawings) {
  const images = npy([drawings.length, 28, 28], joined(drawings.map(({ pixels }) => pixels)));
  const labels = npy([drawings.length], Uint8Array.from(drawings, ({ label }) => label));
  return zip([["images.npy", images], ["labels.npy", labels]]);
}
