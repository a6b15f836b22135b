import path from 'node:path';
import {expect, test} from 'vitest';
import {createCurl} from '../../source/cli/call-address.ts';
import {accessOf} from '../../source/cli/provider-access.ts';
import {memoryInputs} from '../../source/spec/memory-inputs.ts';
import {openRequests} from '../../source/spec/open-requests.ts';
import {readSpec} from '../../source/spec/read-spec.ts';
import {folderWith} from './run-folder.ts';

const options = {baseUrl: null, apiKeyEnv: null, allowHttp: false};

async function curlOf(providers: string, env: {readonly [name: string]: string}): Promise<string> {
	const folder = folderWith({'spec.yaml': `provider: mine\nmodel: m\nprompts: x\nproviders: ${providers}\n`});
	const spec = await readSpec(path.join(folder, 'spec.yaml'));
	const source = openRequests(spec, await memoryInputs(spec));
	const access = accessOf(spec, {...options} as Parameters<typeof accessOf>[1], env);
	return createCurl(spec, access, options, env)(source.expand(0));
}

test('a call as curl has the address, the header and the variable of its provider', async () => {
	const azure = await curlOf(
		'{mine: {profile: azure, base_url: "https://x.org/openai/deployments/m?api-version=2024-10-21", api_key_env: EU}}',
		{EU_m: 'azure-secret'},
	);
	expect(azure).toContain(
		"curl 'https://x.org/openai/deployments/m/chat/completions?api-version=2024-10-21'",
	);
	expect(azure).toContain('-H "api-key: $EU_m"');
	expect(azure).not.toContain('Authorization');
	const groq = await curlOf('{mine: {profile: groq}}', {GROQ_API_KEY: 'gsk-secret'});
	expect(groq).toContain("curl 'https://api.groq.com/openai/v1/chat/completions'");
	expect(groq).toContain('-H "Authorization: Bearer $GROQ_API_KEY"');
	expect(`${azure}${groq}`).not.toContain('secret');
	expect(await curlOf('{mine: {profile: vllm}}', {})).not.toMatch(/api-key|Authorization/);
});
