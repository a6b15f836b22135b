import {chat} from './chat.ts';
import {completions} from './completions.ts';
import {embeddings} from './embeddings.ts';
import type {ModelRoute} from './model-route.ts';
import {moderations} from './moderations.ts';
import {responses} from './responses.ts';

const routes: readonly ModelRoute[] = [chat, completions, responses, embeddings, moderations];

export const modelRoutes: ReadonlyMap<string, ModelRoute> = new Map(
	routes.map(route => [route.path, route] as const),
);

/** Any address of an API ends in its version; what comes before and whether it is there makes no difference. */
export function withoutVersion(path: string): string {
	return path.replace(/^.*?\/v\d+\w*(?:\/openai)?(?=\/|$)/, '').replace(/\/$/, '');
}
