/** Puts the page of the current address into the one frame: theme, data, texts. */
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { JoinPage } from './join/JoinPage';
import { MeetingRoute } from './meeting/MeetingRoute';
import { ApiError } from './shared/http';
import { useLine } from './shared/line';
import { parseRoute, usePath } from './shared/routes';
import { useSignedIn } from './shared/session';
import { useStageShown } from './shared/stage';
import { cssVariables, theme } from './shared/theme';

const IncomingCalls = lazy(() => import('./calls/IncomingCalls'));
const LivePage = lazy(() => import('./live/LivePage'));
const HomePage = lazy(() => import('./home/HomePage'));
const RecordingsPage = lazy(() => import('./recordings/RecordingsPage'));
const RecordingPage = lazy(() => import('./recordings/RecordingPage'));
const RegisterPage = lazy(() => import('./register/RegisterPage'));

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays a refusal; only a lost connection is worth another try.
      retry: (count, error) => count < 2 && error instanceof ApiError && error.status === 0,
    },
  },
});

export function App() {
  const path = usePath();
  const dark = useStageShown();
  useLine();
  const signedIn = useSignedIn();
  const route = useMemo(() => parseRoute(path), [path]);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" forceColorScheme={dark ? 'dark' : undefined}>
      <QueryClientProvider client={queries}>
        {route.page === 'home' && (
          <Suspense fallback={null}>
            <HomePage />
          </Suspense>
        )}
        {route.page === 'recordings' && (
          <Suspense fallback={null}>
            <RecordingsPage />
          </Suspense>
        )}
        {route.page === 'recording' && (
          <Suspense fallback={null}>
            <RecordingPage key={route.id} id={Number(route.id)} />
          </Suspense>
        )}
        {route.page === 'register' && (
          <Suspense fallback={null}>
            <RegisterPage key={route.id} id={route.id} />
          </Suspense>
        )}
        {route.page === 'live' && (
          <Suspense fallback={null}>
            <LivePage key={route.id} id={route.id} />
          </Suspense>
        )}
        {route.page === 'join' && <JoinPage key={route.id} id={route.id} />}
        {route.page === 'meeting' && <MeetingRoute key={route.id} id={route.id} />}
        {signedIn && (
          <Suspense fallback={null}>
            <IncomingCalls />
          </Suspense>
        )}
      </QueryClientProvider>
    </MantineProvider>
  );
}
