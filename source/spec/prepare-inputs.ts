import {createHash} from 'node:crypto';
import {createImageFiles} from './image-files.ts';
import type {InputFile} from './input-folder.ts';
import {type Manifest, type ManifestFile, type ManifestImage, manifestText} from './manifest.ts';
import {noteInline} from './note-images.ts';
import {prepareRows} from './prepare-rows.ts';
import type {Spec} from './spec.ts';
import {manifestName, specCopyName} from './spec-files.ts';

/**
 * Everything that a run keeps of its spec: the spec, the files it reads, the rows as the requests need them, and
 * last the manifest. On the way every row is checked: a UserError may come in the midst of any content, and what
 * was written until then is worthless. Memory stays flat, save 8 bytes a row.
 */
export async function* prepareInputs(spec: Spec): AsyncGenerator<InputFile> {
	yield {name: specCopyName, content: spec.source};
	const files: ManifestFile[] = [];
	for (const {name, stored, bytes} of spec.files) {
		if (bytes) {
			yield {name: stored, content: bytes};
			const sha256 = createHash('sha256').update(bytes).digest('hex');
			files.push({name, stored, size: bytes.length, mtimeMs: null, sha256, rows: null});
		}
	}

	const images = createImageFiles(spec);
	if (spec.args.kind === 'file') {
		yield* prepareRows(spec, spec.args, images, file => files.push(file));
	} else {
		noteInline(images, spec, spec.args.items);
	}

	const copied: ManifestImage[] = [];
	yield* images.copy(image => copied.push(image));
	const {name, requests} = spec;
	const manifest: Manifest = {
		version: 1,
		name,
		files,
		...(requests && {requests: requests.scanned}),
		...(copied.length > 0 && {images: copied}),
	};
	yield {name: manifestName, content: manifestText(manifest)};
}
