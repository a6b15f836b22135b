import {expect, test} from 'vitest';
import {normalMessage} from '../../source/view/normal-message.ts';

test.each([
	['maximum context length is 128000 tokens (asked 131,204)', 'maximum context length is # tokens (asked #)'],
	[
		'Rate limit reached for gpt-4o in org-abc123 on requests: Limit 500, Used 500. Try in 1.2s.',
		'Rate limit reached for # in # on requests: Limit #, Used #. Try in #.',
	],
	['The model `gpt-5` does not exist', 'The model # does not exist'],
	['no field "temperatur" here', 'no field # here'],
	["Can't read 'a b', won't try", "Can't read #, won't try"],
	['see https://help.openai.com/a?b=c (or ask)', 'see # (or ask)'],
	['digest deadbeefdeadbeefcafe is unknown', 'digest # is unknown'],
	['request 7 failed', 'request # failed'],
	['request req_9f2c\n\tfailed  twice ', 'request # failed twice'],
	['context_length_exceeded', 'context_length_exceeded'],
	['', ''],
])('%s', (message, normal) => {
	expect(normalMessage(message)).toBe(normal);
});

test('a message of any length takes no time to speak of', () => {
	for (const piece of ['a', '1', '"', "'", 'http://', 'a.1-', '. , : /', '\n']) {
		expect(normalMessage(piece.repeat(100_000)).length).toBeLessThanOrEqual(200);
	}
});
