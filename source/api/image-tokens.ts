import {Buffer} from 'node:buffer';
import {type ImageSize, readImageSize} from './image-size.ts';

/**
 * Images are billed as tokens: a base, and in high detail so many for each tile of 512 pixels after the image was
 * fitted into 2048 by 2048 and its short side brought down to 768 (OpenAI's guide to images and vision).
 */
type ImageRates = {readonly base: number; readonly tile: number};

const mini: ImageRates = {base: 2833, tile: 5667};
const usual: ImageRates = {base: 85, tile: 170};

/** An image that is 768 by 2048 after fitting: the most that one can come to. */
const mostTiles = 8;

const fitInto = 2048;
const shortSide = 768;
const tileSide = 512;

/** Enough of a data URL to reach the size in the header, past the thumbnail of a camera. */
const headerCharacters = 200_000;

/** Tokens of one image. Where its size cannot be known (an address, a file), those of the largest. */
export function imageTokens(model: string, url: unknown, detail: unknown): number {
	const {base, tile} = model.startsWith('gpt-4o-mini') ? mini : usual;
	if (detail === 'low') {
		return base;
	}

	const size = typeof url === 'string' ? sizeOf(url) : null;
	return base + tile * (size === null ? mostTiles : tilesOf(size));
}

function sizeOf(url: string): ImageSize | null {
	const comma = url.startsWith('data:') ? url.indexOf(',') : -1;
	return comma < 0 || !url.slice(0, comma).endsWith(';base64')
		? null
		: readImageSize(Buffer.from(url.slice(comma + 1, comma + 1 + headerCharacters), 'base64'));
}

function tilesOf({width, height}: ImageSize): number {
	const fit = Math.min(1, fitInto / Math.max(width, height));
	const shrink = Math.min(1, shortSide / (Math.min(width, height) * fit));
	const tiles = (side: number) => Math.max(1, Math.ceil(Math.round(side * fit * shrink) / tileSide));
	return tiles(width) * tiles(height);
}
