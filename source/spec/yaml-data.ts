import {type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node} from 'yaml';
import type {UserError} from '../domain/user-error.ts';
import {specError} from './spec-error.ts';

type Where = (offset: number) => string;

/** Nodes that aliases may add to what is written: nine aliases of nine aliases … would fill the memory. */
const mostAliasNodes = 100_000;

/**
 * The document as plain data. Own conversion, as the library's would build cycles, stringify keys that are maps,
 * and search the whole document for each alias.
 */
export function yamlData(document: Document, text: string, where: Where): unknown {
	const anchors = new Map<string, Node>();
	const open = new Set<Node>();
	let aliasDepth = 0;
	let aliasNodes = 0;

	const convert = (node: Node | null): unknown => {
		if (node === null) {
			return null;
		}

		if (aliasDepth > 0 && ++aliasNodes > mostAliasNodes) {
			throw refusal(node, where, 'the aliases of this file expand without end', 'Write the values out.');
		}

		if (isAlias(node)) {
			return convertAlias(node);
		}

		const {anchor} = node as {anchor?: string};
		if (anchor !== undefined && aliasDepth === 0) {
			anchors.set(anchor, node);
		}

		if (isScalar(node)) {
			return node.value;
		}

		open.add(node);
		const data = isMap(node) ? convertMap(node) : isSeq(node) ? convertList(node) : null;
		open.delete(node);
		return data;
	};

	const convertAlias = (alias: Alias) => {
		const target = anchors.get(alias.source);
		if (!target || open.has(target)) {
			const problem = target ? 'contains itself' : 'has no anchor before it';
			throw refusal(alias, where, `the alias \`*${alias.source}\` ${problem}`, 'Write the value out.');
		}

		aliasDepth++;
		const data = convert(target);
		aliasDepth--;
		return data;
	};

	const convertList = ({items}: {readonly items: readonly unknown[]}) =>
		items.map(item => convert(item as Node | null));

	const convertMap = (map: Node & {readonly items: readonly unknown[]}) => {
		const data: {[key: string]: unknown} = {};
		for (const {key, value} of map.items as readonly {key: Node; value: Node | null}[]) {
			if (!isScalar(key)) {
				throw unquotedBrace(map, key, text, where);
			}

			const name = String(key.value ?? '');
			if (name === '__proto__') {
				throw refusal(key, where, '`__proto__` cannot be a key', 'Rename the key.');
			}

			data[name] = convert(value);
		}

		return data;
	};

	return convert(document.contents as Node | null);
}

function unquotedBrace(map: Node, key: Node, text: string, where: Where): UserError {
	const [start, end] = map.range ?? [0, 0];
	const written = text.slice(start, end).trim();
	return written.startsWith('{{')
		? refusal(
				map,
				where,
				`\`${written}\` without quotes is a map in YAML, not text`,
				`Quote it: '${written}'`,
			)
		: refusal(key, where, 'a key must be text', 'Quote the key.');
}

function refusal(node: Node, where: Where, problem: string, fix: string): UserError {
	return specError(where(node.range?.[0] ?? 0), problem, fix);
}
