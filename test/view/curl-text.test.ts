import {execFileSync} from 'node:child_process';
import {describe, expect, test} from 'vitest';
import {curlText} from '../../source/view/curl-text.ts';

const call = {
	url: 'https://api.openai.com/v1/chat/completions',
	keyVariable: 'OPENAI_API_KEY',
	keyHeader: 'authorization' as const,
	headers: [{name: 'OpenAI-Project', variable: 'OPENAI_PROJECT_ID'}],
	body: {model: 'gpt-4o-mini'},
};

/** The arguments that a shell would give to curl. */
function argumentsOf(command: string): readonly string[] {
	const script = `curl() { printf '%s\\0' "$@"; }\n${command}\n`;
	const env = {PATH: process.env.PATH, OPENAI_API_KEY: 'sk-of-the-person', OPENAI_PROJECT_ID: 'proj_1'};
	return execFileSync('sh', ['-c', script], {env, encoding: 'utf8'}).split('\0').slice(0, -1);
}

test('a call as curl reads its key from the environment', () => {
	expect(curlText(call)).toBe(`curl 'https://api.openai.com/v1/chat/completions' \\
  -H "Authorization: Bearer $OPENAI_API_KEY" \\
  -H "OpenAI-Project: $OPENAI_PROJECT_ID" \\
  -H 'Content-Type: application/json' \\
  -d '{"model":"gpt-4o-mini"}'`);
	expect(argumentsOf(curlText(call))).toContain('Authorization: Bearer sk-of-the-person');
});

test('has no authorization where there is no key, and a gap for a variable that no shell knows', () => {
	expect(curlText({...call, keyVariable: null})).not.toContain('Authorization');
	expect(curlText({...call, keyVariable: 'KEY_a$(id)'})).toContain('"Authorization: Bearer <key>"');
});

describe('the body comes through the shell as it is', () => {
	test.each([
		['it\'s; $(rm -rf ~) `id` \\ "quoted" $HOME'],
		['line\nbreak\ttab \u0000 nul \u001b[2J escape'],
		['\u009b31m csi, \u202eevil\u202c, \u2028, \ud800 lone, 👩‍👩‍👧‍👦 世界'],
	])('%j', content => {
		const text = curlText({...call, body: {messages: [{role: 'user', content}]}});
		expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028]/);
		const body = argumentsOf(text).at(-1)!;
		expect(JSON.parse(body)).toEqual({messages: [{role: 'user', content}]});
	});
});
