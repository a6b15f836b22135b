import {createHash} from 'node:crypto';
import type {JsonObject} from '../domain/request.ts';

/** Where the copies of images lie in `inputs/`. */
const imagesFolder = 'images';

/** The name in `inputs/` of an image that a prompt names so: it follows from the name alone. */
export function storedImageName(url: string): string {
	return `${imagesFolder}/${createHash('sha256').update(url).digest('hex').slice(0, 32)}`;
}

/** True for what is a path here; an address, and data, go out as they are. */
function isLocalImage(url: string): boolean {
	return /^file:/i.test(url) || !/^[a-z][a-z0-9+.-]*:/i.test(url);
}

/** The image that a content part holds, in the words of chat (`image_url`) or of responses (`input_image`). */
export function imageOf(part: JsonObject): string | null {
	const {type, image_url: image} = part;
	if (type !== 'image_url' && type !== 'input_image') {
		return null;
	}

	const url = typeof image === 'object' && image !== null ? (image as JsonObject).url : image;
	return typeof url === 'string' ? url : null;
}

export function withImage(part: JsonObject, url: string): JsonObject {
	const {image_url: image} = part;
	return {...part, image_url: typeof image === 'object' && image !== null ? {...image, url} : url};
}

/** The local images of a prompt as it is sent: its messages. */
export function localImages(prompt: unknown): readonly string[] {
	return partsOf(prompt).flatMap(part => {
		const url = imageOf(part);
		return url !== null && isLocalImage(url) ? [url] : [];
	});
}

/** The prompt with its local images in it, as `load` gives them. */
export function loadImages(prompt: unknown, load: (url: string) => string): unknown {
	if (localImages(prompt).length === 0) {
		return prompt;
	}

	const loadPart = (part: JsonObject) => {
		const url = imageOf(part);
		return url !== null && isLocalImage(url) ? withImage(part, load(url)) : part;
	};
	return (prompt as readonly JsonObject[]).map(message =>
		Array.isArray(message.content) ? {...message, content: message.content.map(loadPart)} : message,
	);
}

function partsOf(prompt: unknown): readonly JsonObject[] {
	if (!Array.isArray(prompt)) {
		return [];
	}

	return prompt.flatMap(message =>
		typeof message === 'object' && message !== null && Array.isArray(message.content)
			? (message.content as readonly unknown[]).filter(
					(part): part is JsonObject => typeof part === 'object' && part !== null,
				)
			: [],
	);
}

/** What the first bytes of an image say that it is; null for anything else. */
export function imageType(start: Buffer): string | null {
	const text = start.toString('latin1', 0, 16);
	if (text.startsWith('\x89PNG\r\n')) {
		return 'image/png';
	}

	if (text.startsWith('\xFF\xD8\xFF')) {
		return 'image/jpeg';
	}

	if (/^GIF8[79]a/.test(text)) {
		return 'image/gif';
	}

	if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') {
		return 'image/webp';
	}

	if (text.startsWith('BM')) {
		return 'image/bmp';
	}

	return text.slice(4, 8) === 'ftyp' ? (brands[text.slice(8, 12)] ?? null) : null;
}

const brands: {readonly [brand: string]: string} = {
	heic: 'image/heic',
	heix: 'image/heic',
	mif1: 'image/heif',
	avif: 'image/avif',
};
