import {createHash} from 'node:crypto';
import type {ShardFiles} from '../../source/domain/batch-ports.ts';

export type MemoryShardFiles = ShardFiles & {
	readonly contents: Map<number, string>;
	readonly aside: Map<number, string[]>;
	/** Makes the disk refuse the next files until it is called with null. */
	refuse(code: string | null): void;
};

export function createMemoryShardFiles(): MemoryShardFiles {
	const contents = new Map<number, string>();
	const aside = new Map<number, string[]>();
	let refusal: string | null = null;
	return {
		contents,
		aside,
		refuse(code) {
			refusal = code;
		},
		begin(shard) {
			const lines: string[] = [];
			let bytes = 0;
			return {
				append(line) {
					lines.push(`${line}\n`);
					bytes += Buffer.byteLength(line) + 1;
				},
				get bytes() {
					return bytes;
				},
				get lines() {
					return lines.length;
				},
				async finish() {
					if (refusal !== null) {
						throw Object.assign(new Error(refusal), {code: refusal, syscall: 'write'});
					}

					const content = lines.join('');
					contents.set(shard, content);
					return {bytes, sha256: hash(content)};
				},
				async discard() {},
			};
		},
		size: shard => sizeOf(contents.get(shard)),
		async *read(shard) {
			yield Buffer.from(contents.get(shard) ?? '');
		},
		async digest(shard) {
			const content = contents.get(shard);
			return content === undefined ? null : {bytes: Buffer.byteLength(content), sha256: hash(content)};
		},
		keepAside(shard, lines, isFirst) {
			if (refusal !== null) {
				throw Object.assign(new Error(refusal), {code: refusal, syscall: 'write'});
			}

			aside.set(shard, [...(isFirst ? [] : (aside.get(shard) ?? [])), ...lines]);
		},
		async remove(shard) {
			contents.delete(shard);
		},
	};
}

function sizeOf(content: string | undefined): number | null {
	return content === undefined ? null : Buffer.byteLength(content);
}

function hash(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
