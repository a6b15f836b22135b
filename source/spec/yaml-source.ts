import {
	type Document,
	isAlias,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	type Pair,
	parseDocument,
} from 'yaml';
import {yamlData} from './yaml-data.ts';
import {syntaxError} from './yaml-errors.ts';

export type DataPath = readonly PropertyKey[];

/** A YAML text with its data and the way back from a path in the data to a place in the text. */
export type YamlSource = {
	/** The file's name as messages show it. */
	readonly display: string;
	readonly text: string;
	readonly data: unknown;
	/** Whether the text holds a value at a path. */
	has(path: DataPath): boolean;
	/** Offset of the key or the value at a path; of the nearest parent that is written where the path is not. */
	offset(path: DataPath, part: 'key' | 'value'): number;
	/** `spec.yaml:LINE:COLUMN` of an offset. */
	where(offset: number): string;
	/** The node at a path, aliases followed. */
	node(path: DataPath): Node | null;
};

/**
 * Reads one YAML document as plain data. Refused with their place: syntax errors, a second document, duplicate
 * keys, keys that are not text, `__proto__`, custom tags, and aliases that grow without end.
 */
export function readYaml(text: string, display: string): YamlSource {
	const lines = new LineCounter();
	const document = parseDocument(text, {lineCounter: lines, prettyErrors: false, logLevel: 'error'});
	const where = (offset: number) => {
		const {line, col} = lines.linePos(offset);
		return `${display}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
	};

	const problem = document.errors[0] ?? document.warnings[0];
	if (problem) {
		throw syntaxError(problem, text, where);
	}

	return {
		display,
		text,
		data: yamlData(document, text, where),
		has: path => nodeAt(document, path) !== null,
		offset: (path, part) => offsetOf(document, path, part),
		where,
		node: path => nodeAt(document, path),
	};
}

function offsetOf(document: Document, path: DataPath, part: 'key' | 'value'): number {
	let node = document.contents as Node | null;
	let offset = node?.range?.[0] ?? 0;
	for (const [depth, step] of path.entries()) {
		const container = follow(document, node);
		const pair = isMap(container) ? findPair(container.items as Pair[], step) : null;
		const next = pair ? (pair.value as Node | null) : isSeq(container) ? container.items[Number(step)] : null;
		if (!pair && !next) {
			return offset;
		}

		const keyOffset = (pair?.key as Node | undefined)?.range?.[0];
		node = (next as Node | null) ?? null;
		// A value that nobody wrote has a place after its key, often on another line: the key is the better one.
		const isUnwritten = node?.range?.[0] === node?.range?.[1];
		const valueOffset = isUnwritten ? undefined : node?.range?.[0];
		const last = depth === path.length - 1;
		offset = (last && part === 'key' ? keyOffset : valueOffset) ?? keyOffset ?? node?.range?.[0] ?? offset;
	}

	return offset;
}

function nodeAt(document: Document, path: DataPath): Node | null {
	let node = follow(document, document.contents as Node | null);
	for (const step of path) {
		const next = isMap(node)
			? findPair(node.items as Pair[], step)?.value
			: isSeq(node)
				? node.items[Number(step)]
				: null;
		node = follow(document, (next as Node | null) ?? null);
	}

	return node;
}

function findPair(pairs: readonly Pair[], key: PropertyKey): Pair | null {
	return pairs.find(pair => isScalar(pair.key) && String(pair.key.value) === String(key)) ?? null;
}

function follow(document: Document, node: Node | null): Node | null {
	return isAlias(node) ? (node.resolve(document) ?? null) : node;
}
