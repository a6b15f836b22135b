import {expect, it} from 'vitest';
import {withoutVersion} from '../../source/simulator/model-routes.ts';

it.each([
	['/v1/chat/completions', '/chat/completions'],
	['/chat/completions', '/chat/completions'],
	['/openai/v1/chat/completions/', '/chat/completions'],
	['/v1beta/openai/chat/completions', '/chat/completions'],
	['/models/name/v1/embeddings', '/embeddings'],
	['/v1/models/vendor/v2/name', '/models/vendor/v2/name'],
	['/v1', ''],
])('%s is %s', (path, expected) => {
	expect(withoutVersion(path)).toBe(expected);
});
