import {imageType, storedImageName} from './images.ts';
import type {InputFolder} from './input-folder.ts';

/** Characters of images that are kept: an image that all prompts show is read once. */
const keptCharacters = 64_000_000;

/** Gives the images of a run, from its own copies, as the data URLs that a call holds. */
export function createImageLoader(inputs: InputFolder): (url: string) => string {
	// In order of use: the first is the one to give up.
	const kept = new Map<string, string>();
	let characters = 0;
	return url => {
		const known = kept.get(url);
		const data = known ?? readImage(url, inputs);
		kept.delete(url);
		kept.set(url, data);
		characters += known === undefined ? data.length : 0;
		while (characters > keptCharacters && kept.size > 1) {
			const [oldest, old] = kept.entries().next().value!;
			kept.delete(oldest);
			characters -= old.length;
		}

		return data;
	};
}

function readImage(url: string, inputs: InputFolder): string {
	const source = inputs.bytes(storedImageName(url));
	const bytes = source.read(0, source.size);
	source.close();
	return `data:${imageType(bytes) ?? 'application/octet-stream'};base64,${bytes.toString('base64')}`;
}
