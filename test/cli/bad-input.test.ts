import {describe, expect, it} from 'vitest';
import {runCli} from './cli-process.ts';
import {filesBelow, folderWith} from './run-folder.ts';

type Case = {
	readonly files?: {readonly [name: string]: string | Buffer};
	readonly args?: readonly string[];
	readonly env?: NodeJS.ProcessEnv;
	/** What stderr must say: where, what, and the way out. */
	readonly says: readonly (string | RegExp)[];
};

const head = 'model: gpt-4o-mini\n';
const csvSpec = `${head}prompts: Say {{word}}\nargs: {file: words.csv}\n`;
const key = {OPENAI_API_KEY: 'sk-test-bad'};

const cases: {readonly [name: string]: Case} = {
	'an unknown key': {
		files: {'spec.yaml': `${head}promts: Hi\n`},
		says: ['spec.yaml:2:1', 'promts', 'prompts'],
	},
	'an unknown key below': {
		files: {'spec.yaml': `${head}prompts: Hi\nrate: {concurency: 3}\n`},
		says: ['spec.yaml:3:', 'concurency', 'concurrency'],
	},
	'a wrong type': {
		files: {'spec.yaml': `${head}prompts: Hi\nrate: {rpm: fast}\n`},
		says: ['spec.yaml:3:', 'rpm', 'number'],
	},
	'YAML that is none': {
		files: {'spec.yaml': `${head}prompts: [Hi\n`},
		says: [/spec\.yaml:[23]/],
	},
	'a requests file without rows': {
		files: {'rows.jsonl': '\n'},
		args: ['rows.jsonl'],
		says: ['0 requests', 'rows.jsonl gives no rows'],
	},
	'a requests file that is not there': {args: ['rows.jsonl'], says: [/^rows\.jsonl does not exist/]},
	'a missing spec': {args: ['nowhere.yaml', '--simulate'], says: ['nowhere.yaml']},
	'a folder as the spec': {
		files: {'spec.yaml': `${head}prompts: Hi\n`, 'folder/x': ''},
		args: ['folder', '--simulate'],
		says: ['folder'],
	},
	'a missing args file': {files: {'spec.yaml': csvSpec}, says: ['spec.yaml:3', 'words.csv']},
	'a CSV with a broken quote': {
		files: {'spec.yaml': csvSpec, 'words.csv': 'word\nfine\n"broken\n'},
		says: [/words\.csv:[34]/, 'quote'],
	},
	'a CSV row with too many cells': {
		files: {'spec.yaml': csvSpec, 'words.csv': 'word\none\ntwo,three\n'},
		says: ['words.csv:3'],
	},
	'a JSONL line that is not JSON': {
		files: {
			'spec.yaml': `${head}prompts: Say {{word}}\nargs: {file: words.jsonl}\n`,
			'words.jsonl': '{"word":"a"}\n{word: b}\n',
		},
		says: ['words.jsonl:2', 'JSON'],
	},
	'a file that is not UTF-8': {
		files: {'spec.yaml': csvSpec, 'words.csv': Buffer.from([...Buffer.from('word\ncaf'), 0xe9, 0x0a])},
		says: ['words.csv:2', 'UTF-8'],
	},
	'an arg that no template uses': {
		files: {'spec.yaml': `${head}prompts: Say {{word}}\nargs:\n  - {word: a, wrod: b}\n`},
		says: ['spec.yaml:4', 'wrod'],
	},
	'a name without a value': {
		files: {'spec.yaml': `${head}prompts: Say {{wrod}}\nargs: {word: a}\n`},
		says: [/spec\.yaml:[23]/, 'wrod', 'word'],
	},
	'a row without a value': {
		files: {
			'spec.yaml': `${head}prompts: Say {{word}}\nargs: {file: words.jsonl}\n`,
			'words.jsonl': '{"word":"a"}\n{"wrod":"b"}\n',
		},
		says: ['words.jsonl:2', 'word'],
	},
	'0 requests': {
		files: {'spec.yaml': `${head}prompts: Hi\nargs: []\n`},
		says: ['spec.yaml:3', '`args` is an empty list'],
	},
	'an empty args file': {
		files: {'spec.yaml': csvSpec, 'words.csv': 'word\n'},
		says: [/words\.csv|spec\.yaml/],
	},
	'unequal lengths with zip': {
		files: {'spec.yaml': `model: [a, b]\nprompts: [x, y, z]\ncombine: zip\n`},
		says: ['spec.yaml', '2', '3'],
	},
	'the trap of {{text}} as a list item': {
		files: {'spec.yaml': `${head}prompts:\n  - {{text}}\nargs: {text: a}\n`},
		says: ['spec.yaml:3', "'{{text}}'"],
	},
	'the trap of a colon in a list item': {
		files: {'spec.yaml': `${head}prompts:\n  - Q: what?\n`},
		says: ['spec.yaml:3', 'Q: what?'],
	},
	'no model': {files: {'spec.yaml': 'prompts: Hi\n'}, says: ['spec.yaml', 'model']},
	'an unknown endpoint': {
		files: {'spec.yaml': `${head}endpoint: chats\nprompts: Hi\n`},
		says: ['spec.yaml:2', 'chats', 'chat'],
	},
	'a schema that is none': {
		files: {'spec.yaml': `${head}prompts: Hi\nschema: {type: strin}\n`},
		says: ['spec.yaml:3'],
	},
	'a missing key variable': {args: ['spec.yaml'], env: {}, says: ['OPENAI_API_KEY']},
	'a missing variable that the spec names': {
		files: {
			'spec.yaml': `${head}provider: {base_url: https://llm.example/v1, api_key_env: MY_KEY}\nprompts: Hi\n`,
		},
		args: ['spec.yaml'],
		says: ['MY_KEY'],
	},
	'a key in the address of a provider': {
		files: {
			'spec.yaml': `${head}provider: {base_url: https://llm.example/v1?api-key=abc}\nprompts: Hi\n`,
		},
		says: ['spec.yaml:2:', 'provider.base_url', 'api_key_env'],
	},
	'plain http with a key to another host': {
		args: ['spec.yaml', '--base-url', 'http://llm.example/v1'],
		env: key,
		says: ['llm.example', '--allow-http'],
	},
	'an address that is none': {
		args: ['spec.yaml', '--base-url', 'llm example'],
		env: key,
		says: ['--base-url', 'https://'],
	},
	'mode batch where there is no Batch API': {
		files: {'spec.yaml': `${head}provider: {base_url: https://llm.example/v1}\nmode: batch\nprompts: Hi\n`},
		args: ['spec.yaml'],
		says: ['spec.yaml:3:7', 'Batch API', 'mode: auto'],
	},
	'--mode batch where there is no Batch API': {
		files: {'spec.yaml': `${head}provider: {base_url: https://llm.example/v1}\nprompts: Hi\n`},
		args: ['spec.yaml', '--mode', 'batch'],
		says: ['--mode batch', 'Batch API', '--mode auto'],
	},
	'a batch larger than what may be remote': {
		files: {
			'spec.yaml': `${head}prompts: Hi\nbatch: {max_requests: 1000}\nremote: {max_requests: 500}\n`,
		},
		says: ['spec.yaml:3:', 'batch.max_requests', '1000', 'remote.max_requests', '500'],
	},
	'more requests than one batch may have': {
		files: {'spec.yaml': `${head}prompts: Hi\nbatch: {max_requests: 50001}\n`},
		says: ['spec.yaml:3:', 'batch.max_requests', '50000'],
	},
	'more than 200 MB for one file': {
		args: ['spec.yaml', '--simulate', '--set', 'batch.max_mb=250'],
		says: ['--set batch.max_mb=250', '200'],
	},
	'201 MB for one file': {
		files: {'spec.yaml': `${head}prompts: Hi\nbatch: {max_mb: 201}\n`},
		says: ['spec.yaml:3:', 'batch.max_mb', '200'],
	},
	'a batch with more tokens than may be remote, one of them by flag': {
		files: {'spec.yaml': `${head}prompts: Hi\nbatch: {max_ktokens: 100}\n`},
		args: ['spec.yaml', '--simulate', '--set', 'remote.max_ktokens=50'],
		says: ['spec.yaml:3:', 'batch.max_ktokens', '100', 'remote.max_ktokens', '50'],
	},
	'a batch that may cost more than all may, by flags': {
		args: ['spec.yaml', '--simulate', '--set', 'batch.max_cost=9', '--set', 'remote.max_cost=5'],
		says: ['--set batch.max_cost=9', 'remote.max_cost', '5'],
	},
	'a batch that needs more requests than it may have': {
		files: {'spec.yaml': `${head}prompts: Hi\nbatch: {min_requests: 50, max_requests: 20}\n`},
		says: ['spec.yaml:3:', 'batch.min_requests', 'batch.max_requests'],
	},
	'a ceiling over a model without a price': {
		files: {
			'spec.yaml': `model: gpt-nobody-knows\nprompts: Hi\nparams: {max_tokens: 5}\nlimits: {task: {cost: 1}}\n`,
		},
		says: ['spec.yaml:4:23', 'limits.task.cost', 'openai/gpt-nobody-knows', 'prices'],
	},
	'a ceiling by flag over a model without a price': {
		files: {'spec.yaml': 'model: gpt-nobody-knows\nprompts: Hi\nparams: {max_tokens: 5}\n'},
		args: ['spec.yaml', '--simulate', '--max-cost', '0.5'],
		says: ['--max-cost 0.5', 'prices'],
	},
	'a limit of a batch over a model without a price, without a run': {
		files: {'spec.yaml': 'model: gpt-nobody-knows\nprompts: Hi\nbatch: {max_cost: 1}\n'},
		args: ['spec.yaml', '--simulate', '--no-run'],
		says: ['spec.yaml:3:19', 'batch.max_cost', 'prices'],
	},
	'a ceiling over an output that nothing bounds': {
		files: {
			'spec.yaml':
				'model: gpt-nobody-knows\nprompts: Hi\nparams: [{max_tokens: 5}, {}]\nlimits: {session: {ktokens: 1}}\n',
		},
		says: ['spec.yaml:4:29', 'limits.session.ktokens', 'max_tokens'],
	},
	'a custom_id that repeats': {
		files: {
			'spec.yaml': `${head}prompts: Say {{word}}\nargs: {file: words.jsonl}\n`,
			'words.jsonl':
				'{"custom_id":"a","word":"x"}\n{"custom_id":"b","word":"y"}\n{"custom_id":"a","word":"z"}\n',
		},
		says: ['words.jsonl:3', '`a`', 'line 1'],
	},
	'a custom_id that repeats in the spec': {
		files: {
			'spec.yaml': `${head}prompts: Say {{word}}\nargs:\n  - {custom_id: a, word: x}\n  - {custom_id: a, word: y}\n`,
		},
		says: ['spec.yaml:5', '`a`'],
	},
	'two wishes that exclude each other': {
		args: ['spec.yaml', '--simulate', '--only-process', '--no-run'],
		says: ['--only-process', '--no-run'],
	},
	'a ceiling that is no number': {
		args: ['spec.yaml', '--simulate', '--max-cost', '5 USD'],
		says: ['--max-cost', '5 USD'],
	},
	'an unknown flag': {args: ['spec.yaml', '--simulat'], says: ['--simulat']},
	'a number that is not one': {args: ['spec.yaml', '--simulate', '--rpm', 'many'], says: ['--rpm', 'many']},
	'a concurrency of 0': {
		args: ['spec.yaml', '--simulate', '--concurrency', '0'],
		says: ['--concurrency', '0'],
	},
	'half a request': {
		args: ['spec.yaml', '--simulate', '--max-retries', '1.5'],
		says: ['--max-retries', '1.5'],
	},
	'an override of what is asked': {args: ['spec.yaml', '--simulate', '--set', 'model=x'], says: ['model']},
	'an unknown override': {args: ['spec.yaml', '--simulate', '--set', 'rate.rmp=1'], says: ['rmp', 'rpm']},
	'an unknown fault': {args: ['spec.yaml', '--simulate=lateny=1s'], says: ['lateny', 'latency']},
	'two specs': {args: ['spec.yaml', 'other.yaml', '--simulate'], says: ['other.yaml']},
};

describe.each(Object.entries(cases))(
	'%s',
	(_, {files, args = ['spec.yaml', '--simulate'], env = {}, says}) => {
		it('ends with 2 and a sentence, and writes nothing', async () => {
			const folder = folderWith(files ?? {'spec.yaml': `${head}prompts: Hi\n`});
			const before = filesBelow(folder);
			const {code, stdout, stderr} = await runCli(args, {cwd: folder, env});
			expect(code, stderr).toBe(2);
			expect(stdout).toBe('');
			for (const text of says) {
				expect(stderr).toMatch(text);
			}

			expect(stderr).not.toMatch(/^\s+at /m);
			expect(stderr).not.toContain('undefined');
			expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
			expect(filesBelow(folder)).toEqual(before);
		});
	},
);
