import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {build} from 'esbuild';

/** Makes a program of some lines of TypeScript that may import from `source/store`. */
export async function childProgram(folder: string, name: string, contents: string): Promise<string> {
	const outfile = path.join(folder, `${name}.mjs`);
	await build({
		stdin: {contents, loader: 'ts', resolveDir: path.resolve('source/store')},
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		outfile,
		logLevel: 'error',
	});
	return outfile;
}

export type ChildRun = {
	readonly child: ChildProcessWithoutNullStreams;
	/** Resolves when the child has printed this. */
	printed(text: string): Promise<void>;
	/** Everything it printed, once it has ended. */
	readonly ended: Promise<string>;
};

export function runChild(program: string, ...args: readonly string[]): ChildRun {
	const child = spawn(process.execPath, [program, ...args]);
	let output = '';
	let look = () => {};
	const take = (chunk: Buffer) => {
		output += chunk.toString();
		look();
	};
	child.stdout.on('data', take);
	child.stderr.on('data', take);
	const ended = new Promise<string>(resolve => {
		child.on('close', () => resolve(output));
	});
	return {
		child,
		ended,
		printed: async text =>
			new Promise((resolve, reject) => {
				look = () => {
					if (output.includes(text)) {
						resolve();
					}
				};
				look();
				void ended.then(() => reject(new Error(`the child ended without “${text}”: ${output}`)));
			}),
	};
}
