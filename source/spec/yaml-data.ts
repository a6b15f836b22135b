import {type Document, isAlias, isMap, isScalar, isSeq, type Node} from 'yaml';

type Converted =
	| {readonly kind: 'ok'; readonly data: unknown}
	| {readonly kind: 'bad'; readonly offset: number; readonly problem: string; readonly fix: string};

/** Nodes that aliases may add to what is written: nine aliases of nine aliases … would fill the memory. */
const mostAliasNodes = 100_000;

class Refusal extends Error {
	readonly offset: number;
	readonly fix: string;

	constructor(node: Node, problem: string, fix: string) {
		super(problem);
		this.offset = node.range?.[0] ?? 0;
		this.fix = fix;
	}
}

/** The document as plain data. Own conversion, as the library's would build cycles and stringify keys. */
export function yamlData(document: Document, text: string): Converted {
	const open = new Set<Node>();
	let aliasDepth = 0;
	let aliasNodes = 0;

	const convert = (node: Node | null): unknown => {
		if (node === null) {
			return null;
		}

		if (aliasDepth > 0 && ++aliasNodes > mostAliasNodes) {
			throw new Refusal(node, 'the aliases of this file expand without end', 'Write the values out.');
		}

		if (isAlias(node)) {
			const target = node.resolve(document);
			if (!target || open.has(target)) {
				const problem = target ? 'contains itself' : 'has no anchor before it';
				throw new Refusal(node, `the alias \`*${node.source}\` ${problem}`, 'Write the value out.');
			}

			aliasDepth++;
			const data = convert(target);
			aliasDepth--;
			return data;
		}

		if (isScalar(node)) {
			return node.value;
		}

		open.add(node);
		const data = isSeq(node)
			? node.items.map(item => convert(item as Node | null))
			: isMap(node)
				? convertMap(node)
				: null;
		open.delete(node);
		return data;
	};

	const convertMap = (map: Node & {items: readonly unknown[]}) => {
		const data: {[key: string]: unknown} = {};
		for (const {key, value} of map.items as readonly {key: Node; value: Node | null}[]) {
			if (!isScalar(key)) {
				throw unquotedBrace(map, key, text);
			}

			const name = String(key.value ?? '');
			if (name === '__proto__') {
				throw new Refusal(key, '`__proto__` cannot be a key', 'Rename the key.');
			}

			data[name] = convert(value);
		}

		return data;
	};

	try {
		return {kind: 'ok', data: convert(document.contents as Node | null)};
	} catch (error) {
		if (error instanceof Refusal) {
			return {kind: 'bad', offset: error.offset, problem: error.message, fix: error.fix};
		}

		throw error;
	}
}

function unquotedBrace(map: Node, key: Node, text: string): Refusal {
	const [start, end] = map.range ?? [0, 0];
	const written = text.slice(start, end).trim();
	return written.startsWith('{{')
		? new Refusal(map, `\`${written}\` without quotes is a map in YAML, not text`, `Quote it: '${written}'`)
		: new Refusal(key, 'a key must be text', 'Quote the key.');
}
