import {describe, expect, it} from 'vitest';
import {createInputTokenizer, type Tokens} from '../../source/ui/input-tokenizer.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

type Chunk = string | Uint8Array;

/** A tokenizer that is fed one chunk a second unless a time is given. */
function setUp() {
	const tokenizer = createInputTokenizer();
	let now = 0;
	return {
		push(chunk: Chunk, afterMs = 1000): Tokens {
			now += afterMs;
			return tokenizer.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk, now);
		},
		flush(afterMs: number): Tokens {
			now += afterMs;
			return tokenizer.flush(now);
		},
	};
}

const names = (tokens: Tokens): readonly string[] => tokens.keys.map(key => key.name);

describe('keys', () => {
	it.each([
		['a', ['a']],
		['G', ['G']],
		['+', ['+']],
		[' ', ['space']],
		['jjj', ['j', 'j', 'j']],
		['jjjjjjjj', Array<string>(8).fill('j')],
		['dy', ['d', 'y']],
		['\r', ['enter']],
		['\n', ['enter']],
		['\r\n', ['enter']],
		['\t', ['tab']],
		['\u007f', ['backspace']],
		['\b', ['backspace']],
		['\0', ['ctrl-space']],
		['\u0003', ['ctrl-c']],
		['\u001a', ['ctrl-z']],
		['\u001c', ['ctrl-\\']],
		['é', ['é']],
		['e\u0301', ['e\u0301']],
		['👩‍🚀', ['👩‍🚀']],
		['\u001b[A\u001b[A\u001b[B', ['up', 'up', 'down']],
		['j\u001b[5~k', ['j', 'pageup', 'k']],
		['\u001b\u001b[A', ['escape', 'up']],
		['\u001b[15~', []],
		['\u009b', []],
		[Buffer.from([0xff]), []],
	])('%j', (chunk, expected) => {
		const tokens = setUp().push(chunk);
		expect(names(tokens)).toEqual(expected);
		expect([tokens.paste, tokens.pending]).toEqual([null, false]);
		expect(tokens.keys.map(key => key.alone)).toEqual(expected.map(() => expected.length === 1));
	});

	it('carry the text that a field inserts', () => {
		expect(
			setUp()
				.push('a \r')
				.keys.map(key => key.text),
		).toEqual(['a', ' ', '']);
	});

	it('are not alone next to something that is no key', () => {
		expect(setUp().push('\u001b[Id').keys).toEqual([{name: 'd', text: 'd', alone: false}]);
		expect(setUp().push('d\u001b').keys).toEqual([{name: 'd', text: 'd', alone: false}]);
	});

	it('are the same however the bytes of one key are split', () => {
		for (const whole of ['漢', '👍', '\u001b[1;5A', '\u001bOH', '\u001b[6~']) {
			const bytes = Buffer.from(whole);
			const expected = setUp().push(bytes).keys;
			for (let cut = 1; cut < bytes.length; cut++) {
				const {push} = setUp();
				expect(push(bytes.subarray(0, cut)).keys).toEqual([]);
				expect(push(bytes.subarray(cut), 10).keys, `${whole} cut at ${cut}`).toEqual(expected);
			}
		}
	});
});

describe('a lone escape', () => {
	it('is a key after 50 ms', () => {
		const {push, flush} = setUp();
		expect(push('\u001b')).toEqual({keys: [], paste: null, pending: true});
		expect(flush(49)).toEqual({keys: [], paste: null, pending: true});
		expect(flush(1)).toEqual({keys: [{name: 'escape', text: '', alone: true}], paste: null, pending: false});
		expect(flush(1).keys).toEqual([]);
	});

	it('is a key before what comes later, also when nobody flushed', () => {
		const {push} = setUp();
		push('\u001b');
		expect(names(push('[', 60))).toEqual(['escape', '[']);
	});

	it('is not alone after another key', () => {
		const {push, flush} = setUp();
		push('j\u001b');
		expect(flush(50).keys).toEqual([{name: 'escape', text: '', alone: false}]);
	});

	it('with the beginning of a sequence is nothing', () => {
		const {push, flush} = setUp();
		expect(push('\u001b[1;').pending).toBe(true);
		expect(flush(50)).toEqual({keys: [], paste: null, pending: false});
		expect(names(push('j'))).toEqual(['j']);
	});
});

describe('a bracketed paste', () => {
	it('is reported and gives no keys', () => {
		const tokens = setUp().push('\u001b[200~rm -rf\r\u001b[A\u001b[201~');
		expect(tokens).toEqual({keys: [], paste: {text: 'rm -rf\r\u001b[A', length: 10}, pending: false});
	});

	it('leaves the keys around it', () => {
		const tokens = setUp().push('a\u001b[200~xyz\u001b[201~b');
		expect(names(tokens)).toEqual(['a', 'b']);
		expect(tokens.keys.every(key => !key.alone)).toBe(true);
		expect(tokens.paste?.text).toBe('xyz');
	});

	it('may be split anywhere', () => {
		const whole = 'j\u001b[200~dy\r漢\u001b[201~k';
		const bytes = Buffer.from(whole);
		for (let first = 1; first < bytes.length; first++) {
			for (let second = first; second < bytes.length; second++) {
				const {push} = setUp();
				const parts = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
				const tokens = parts.map(part => push(part, 5));
				expect(tokens.flatMap(names), `${first}, ${second}`).toEqual(['j', 'k']);
				expect(tokens.map(({paste}) => paste).filter(paste => paste)).toEqual([{text: 'dy\r漢', length: 4}]);
			}
		}
	});

	it('is kept short, whatever its length', () => {
		const {push} = setUp();
		push(`\u001b[200~${'x'.repeat(5000)}`);
		expect(push('y\u001b[201~', 5).paste).toEqual({text: 'x'.repeat(1000), length: 5001});
	});

	it('whose end got lost does not swallow the keyboard for ever', () => {
		const {push} = setUp();
		push('\u001b[200~abc');
		expect(names(push('\u0003', 2000))).toEqual([]);
		expect(names(push('\u0003', 3001))).toEqual(['ctrl-c']);
	});
});

describe('a paste without brackets', () => {
	it.each(['quit', 'dddy', 'jjjj\r', 'wipe\ry\r', 'abc d'])('%j gives no keys', chunk => {
		const tokens = setUp().push(chunk);
		expect(names(tokens)).toEqual([]);
		expect(tokens.paste?.text).toBe(chunk.replaceAll('\r', '\n'));
	});

	it('includes what comes within 100 ms of it, not what comes later', () => {
		const {push} = setUp();
		push(`${'x'.repeat(1020)}yyyy`);
		expect(names(push('y\r', 20))).toEqual([]);
		expect(names(push('y', 90))).toEqual(['y']);
	});

	it('lets ctrl-c through', () => {
		expect(setUp().push('asdfasdf\u0003').keys).toEqual([{name: 'ctrl-c', text: '', alone: false}]);
	});
});

it('gives up on a sequence without an end', () => {
	const {push} = setUp();
	push(`\u001b]${'x'.repeat(5000)}`);
	expect(names(push('j', 10))).toEqual(['j']);
});

it('survives any bytes', () => {
	const random = seededRandom(testSeed('input tokenizer'));
	const {push, flush} = setUp();
	for (let round = 0; round < 2000; round++) {
		const bytes = Array.from({length: Math.floor(random() * 12)}, () =>
			random() < 0.3 ? [0x1b, 0x5b, 0x7e, 0x3b][Math.floor(random() * 4)]! : Math.floor(random() * 256),
		);
		for (const key of push(Uint8Array.from(bytes), random() * 100).keys) {
			expect(key.name).not.toBe('');
			expect(key.text).not.toMatch(/[\p{Cc}]/u);
		}
	}

	push('\u001b[201~', 4000);
	flush(100);
	expect(names(push('q'))).toEqual(['q']);
});
