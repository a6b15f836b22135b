import type {ScannedRequests} from './scanned-requests.ts';

/** What `inputs/` was made from. With it an unchanged file of rows is recognised without being read again. */
export type Manifest = {
	readonly version: 1;
	/** The run's name: the copy of the spec has lost the file name that it may follow from. */
	readonly name: string;
	readonly files: readonly ManifestFile[];
	/** What a pass over the rows of a requests file told; absent without one. */
	readonly requests?: ScannedRequests;
	/** The images that its prompts name; absent without any. */
	readonly images?: readonly ManifestImage[];
};

/** An image as it was when it was copied; `name` as the prompt writes it. */
export type ManifestImage = Pick<ManifestFile, 'name' | 'size' | 'sha256'> & {readonly mtimeMs: number};

export type ManifestFile = {
	/** As the spec writes it. */
	readonly name: string;
	/** Its name in `inputs/`. */
	readonly stored: string;
	/** Bytes. */
	readonly size: number;
	/** Null for a text: it is read whole each time. */
	readonly mtimeMs: number | null;
	/** Of the content, in hex. */
	readonly sha256: string;
	/** Rows that were taken from it; null for a file that holds none. */
	readonly rows: number | null;
};

export function manifestText(manifest: Manifest): string {
	return `${JSON.stringify(manifest, null, '\t')}\n`;
}

/** Null when the text is not a manifest: then the files are read again. */
export function parseManifest(text: string): Manifest | null {
	try {
		const manifest = JSON.parse(text) as Manifest;
		return manifest.version === 1 && Array.isArray(manifest.files) ? manifest : null;
	} catch {
		return null;
	}
}
