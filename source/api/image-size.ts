import type {Buffer} from 'node:buffer';

/** In pixels. */
export type ImageSize = {readonly width: number; readonly height: number};

/** The size that the header of a PNG, GIF, JPEG or WebP gives; null for anything else, or one that is cut short. */
export function readImageSize(bytes: Buffer): ImageSize | null {
	const size = pngSize(bytes) ?? gifSize(bytes) ?? webpSize(bytes) ?? jpegSize(bytes);
	return size !== null && size.width > 0 && size.height > 0 ? size : null;
}

function pngSize(bytes: Buffer): ImageSize | null {
	return bytes.length >= 24 && bytes.toString('latin1', 1, 4) === 'PNG'
		? {width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20)}
		: null;
}

function gifSize(bytes: Buffer): ImageSize | null {
	return bytes.length >= 10 && bytes.toString('latin1', 0, 3) === 'GIF'
		? {width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8)}
		: null;
}

/** A WebP says its size in one of three ways: lossy, lossless, extended. */
function webpSize(bytes: Buffer): ImageSize | null {
	if (bytes.length < 30 || bytes.toString('latin1', 8, 12) !== 'WEBP') {
		return null;
	}

	switch (bytes.toString('latin1', 12, 16)) {
		case 'VP8 ':
			return {width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff};
		case 'VP8L': {
			const bits = bytes.readUInt32LE(21);
			return {width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1};
		}

		case 'VP8X':
			return {width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1};
		default:
			return null;
	}
}

/** Walks the segments up to the frame header, which alone knows the size. */
function jpegSize(bytes: Buffer): ImageSize | null {
	if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) {
		return null;
	}

	for (let at = 2; at + 9 <= bytes.length; ) {
		const marker = bytes[at + 1]!;
		if (bytes[at] !== 0xff) {
			return null;
		}

		// SOF0 to SOF15, save the three numbers among them that mean tables.
		if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
			return {width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5)};
		}

		at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
	}

	return null;
}
