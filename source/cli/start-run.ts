import {proxyFrom} from '../api/proxy.ts';
import {mostConcurrency} from '../domain/concurrency-step.ts';
import type {Transport} from '../domain/ports.ts';
import {parseScript} from '../simulator/script.ts';
import type {Spec} from '../spec/spec.ts';
import {kindOf, runDirectory} from '../store/run-directory.ts';
import {createCurl} from './call-address.ts';
import {captureConsole} from './capture-console.ts';
import {createChangePort} from './change-port.ts';
import {checkChangedCeilings} from './changed-ceilings.ts';
import {ceilingObstacle, checkCeilings} from './check-ceilings.ts';
import {checkPack} from './check-pack.ts';
import {readEnvironment} from './environment.ts';
import {type HookPlan, hookPlanOf} from './hook-plan.ts';
import {laneReason} from './lane-reason.ts';
import {openRun} from './open-run.ts';
import {openWay} from './open-way.ts';
import {accessOf} from './provider-access.ts';
import {loadTokenCounter, queueRulesOf} from './queue-rules-of.ts';
import type {RunOptions} from './run-options.ts';
import {runPathOf} from './run-path.ts';
import {type Session, startSession} from './session.ts';
import {sessionSettings} from './session-settings.ts';
import {sharingOf} from './sharing-of.ts';
import {specAtHand} from './spec-at-hand.ts';
import {startJudge} from './start-judge.ts';
import {startRephrase} from './start-rephrase.ts';
import {startTask, taskOf} from './start-task.ts';
import {systemClock} from './system-clock.ts';

/** A session at work, and the commands that its spec wants run. */
export type StartedRun = Session & {readonly hooks: HookPlan};

/**
 * From the command line to a session at work. Whatever can be wrong about spec, key or address is found before
 * anything is created. `transport` stands in for the network in benchmarks, `given` for the spec: a wipe reads the
 * run's own copy.
 */
export async function startRun(
	options: RunOptions,
	transport?: Transport,
	given?: Spec,
): Promise<StartedRun> {
	const spec = given ?? (await specAtHand(options));
	const {env, warnings} = await readEnvironment(options.envFile);
	const settings = sessionSettings(spec, options);
	await checkCeilings(spec, options, settings, queueRulesOf(spec));
	await checkPack(spec);
	const task = await taskOf(spec);
	const isReal = options.simulate === null && !transport;
	const access = (queues = spec.queues) => (isReal ? accessOf({...spec, queues}, options, env) : []);
	parseScript(options.simulate ?? '');
	if (kindOf(runDirectory(runPathOf(options.specPath, options.dir))) === 'new') {
		access();
	}

	// Opened as calls need them; a person may raise the concurrency up to the bound while the run goes on.
	const connections = Math.max(settings.rate.concurrency, mostConcurrency);
	const run = await openRun(spec, options);
	const {state, source, prices} = run;
	try {
		// A person may have added queues by a change of model.
		const queueRules = queueRulesOf({...spec, queues: source.queues});
		checkChangedCeilings(spec, options, settings, queueRules, state, prices);
		const reached = access(source.queues);
		const {close, providers, ...way} = transport
			? {transport, batches: null, providers: [], close: async () => {}}
			: await openWay(
					spec,
					options,
					run,
					{providers: reached, connections, proxy: proxyFrom(env)},
					settings.retry.timeoutMs,
				);
		const counter = await loadTokenCounter(source, queueRules, settings, {
			...state,
			count: spec.grows ? Number.POSITIVE_INFINITY : state.count,
		});
		if (spec.pack !== null) {
			await counter.sharpen();
		}

		const {onlyProcess} = options;
		const log = (text: string) => session.notice('info', text);
		const begun = [
			startTask({...run, spec, task, onlyProcess, log}),
			startRephrase({...run, spec}),
			startJudge({...run, spec}),
		];
		const stages = begun.flatMap(part => part.stages);
		const byStage = new Map(begun.flatMap(part => [...part.byStage]));
		const release = captureConsole(log);
		const session: Session = startSession({
			...run,
			...way,
			name: spec.name,
			queueRules,
			countTokens: counter.count,
			ceilingObstacle: ceilingObstacle(spec, queueRules, prices, state),
			changes: createChangePort({spec, state, source, settings, queueRules, counter, providers: reached}),
			onlyProcess,
			stages,
			clock: systemClock,
			settings,
			rules: {
				retry: settings.retry,
				answer: spec.answer,
				schemaCheck: spec.schemaCheck,
				sharing: sharingOf(spec, state, queueRules, counter.count),
				...(spec.pack && spec.pack.audit > 0 && {minAgreement: spec.pack.minAgreement}),
				rounds: run.rounds,
				byStage,
				random: Math.random,
			},
			staysWhenDone: options.staysWhenDone,
			leaveWhenStuck: options.leaveWhenStuck,
			verbose: options.verbose,
			unpause: options.unpause,
			goesOn: options.yes,
			...(options.sample && {sample: options.sample}),
			notices: [...options.warnings, ...run.notices, ...warnings, ...spec.warnings],
			laneReason: spec.grows
				? `mode ${settings.mode}, requests as ${spec.task?.display ?? 'the task'} makes them`
				: laneReason(state, source, queueRules, settings, options.onlyProcess, run.twins),
			curlOf: createCurl(spec, providers, options, env),
			async onEnd() {
				release();
				await close();
			},
		});
		session.onEvent(({type}) => {
			if (type === 'ceiling-raised') {
				void counter.sharpen();
			}
		});
		return {...session, hooks: hookPlanOf(spec, options.apiKeyEnv)};
	} catch (error) {
		await run.store.close();
		throw error;
	}
}
