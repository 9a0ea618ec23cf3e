/* One block: claim, execute ahead or in turn, publish, judge, confirm, redo, take back.
 *
 * Models   src/pipeline/steps.ts     claimStep, publish, returnStep, supersedeStep, restartStep
 *          src/pipeline/claims.ts    claimAhead, claimFrontier (what may be claimed; which one is left open)
 *          src/pipeline/work.ts      perform
 *          src/pipeline/merger.ts    confirmReady, confirmRun, advance, redo, executeHere
 *          src/pipeline/advance.ts   detectInAdvance (what it takes back is left open)
 *          src/pipeline/retreat.ts   noteConfirmed (when is left open)
 *          assembly/versions.ts      newestBelow, visible, publishVersions
 *          assembly/confirm.ts       slotsHold, publishWrites
 *
 * One step of a process is one atomic access to shared memory, or work of its own.
 *   st, att, own   control word of a transaction: state, attempt, slot; changed in one step
 *   F, begun       CTL_FRONTIER: 0 until step 0 is confirmed, then F + 1
 *   token, U       CTL_TOKEN, CTL_IN_TURN_UNTIL
 *   ver[]          versions by key, transaction, attempt: value + 1, 0 = not linked. The next one present below a place is
 *                  what one load of VER_NEXT gives (chain.pml)
 *   head[], hsrc[] the confirmed record of a key: its value, and which record it is (0 = base)
 *   rv[], rs[]     read set of the newest attempt: value + 1, and which record it came from
 * More is allowed than the code does: any claimable transaction may be claimed (every plan, every theft), the holder may
 * take back any result that waits, a version may be left out (memory used up). Slots with nothing to do block; bell.pml
 * has their sleeping.
 *
 *   -DPRE      slots run ahead before step 0 is confirmed        -DSHADOW   who finds a result stale redoes it itself
 *   -DRETREAT  stretches are executed in turn                    -DANY      a look-up ahead answers with any version or
 *                                                                           the confirmed record, whatever counts
 */
#ifndef NS
#define NS 2
#endif
#ifndef NT
#define NT 3
#endif
#ifndef CAP
#define CAP 1
#endif
#ifndef KMIN
#define KMIN 0
#endif
#ifndef KMAX
#define KMAX 4
#endif
#define NK 2
#define NA (CAP+1)
#define NONE 255

#define READY 1
#define RUN   2
#define DONE  3
#define FINAL 4

byte st[NT], att[NT], own[NT];
byte F, token, U;
bit begun;                             /* step 0, the system calls before the transactions, is confirmed */
byte ver[NK*NT*NA];
byte head[NK], hsrc[NK];
byte rv[NT*NK], rs[NT*NK];
byte kind[NT]; bit rk[NT];             /* the program of each transaction and the key that it begins with */
byte seq[NK];                          /* ghost: sequential execution up to the confirmed transaction */

#define P(x,i,a)  ((x)*NT*NA+(i)*NA+(a))
#define M4(v)     ((v)&3)
#define SECOND(i,v) (kind[i]==3 && ((v)&1))

/* What a program writes after what it read: w0, w1 = value + 1, 0 = nothing. */
inline effects(i, v, u) {
  w0 = 0; w1 = 0;
  if
  :: kind[i]==0 -> if :: rk[i]==0 -> w0 = M4(v+1)+1 :: else -> w1 = M4(v+1)+1 fi   /* increment       */
  :: kind[i]==1 -> if :: rk[i]==0 -> w1 = M4(v+1)+1 :: else -> w0 = M4(v+1)+1 fi   /* the other key   */
  :: kind[i]==2 -> if :: (v&1)    -> w0 = M4(v+1)+1 :: else -> w1 = M4(v+1)+1 fi   /* key from data   */
  :: kind[i]==3 -> if :: (v&1)==0 -> u = v+3 :: else fi;                           /* read from data  */
                   if :: rk[i]==0 -> w0 = M4(u+2)+1 :: else -> w1 = M4(u+2)+1 fi
  :: kind[i]==4 -> if :: (v&1)==0 -> w0 = M4(v+1)+1; w1 = M4(v+2)+1 :: else fi     /* both or nothing */
  fi
}

#ifdef M_SRCSTEP                       /* the record that was read is told by its transaction alone */
#define SAME(a,b) ((a)==(b) || ((a)!=0 && (b)!=0 && ((a)-1)/NA==((b)-1)/NA))
#else
#define SAME(a,b) ((a)==(b))
#endif
#ifdef M_NOJUDGE
#define HOLDS true
#else
#define HOLDS ok
#endif
#ifdef M_TWOHOLDERS
#define FREE true
#else
#define FREE (token==0)
#endif
#ifdef M_NOCAP
#define WITHINCAP(j) true
#else
#define WITHINCAP(j) (att[j]<CAP)
#endif
#define TURN(j)      (begun && F==j)
#define CLAIMABLE(j) (j<NT && st[j]==READY && (WITHINCAP(j) || TURN(j)))
#define WAITS(j,f)   (j<NT && j>f && st[j]==DONE && att[j]+1<CAP)
#define CANCONFIRM   (!begun || (F<NT && (st[F]>=DONE || (st[F]==READY && F<U))))

/* Does what f read still hold against the confirmed records? Below f nothing changes while the token is held. */
inline judge(f) {
  ok = 1; x = 0;
  do
  :: x<NK ->
     if
     :: rv[f*NK+x]==0
     :: rv[f*NK+x]!=0 && SAME(hsrc[x],rs[f*NK+x])
     :: rv[f*NK+x]!=0 && !SAME(hsrc[x],rs[f*NK+x]) -> if :: head[x]!=rv[f*NK+x]-1 -> ok = 0 :: else fi
     fi; x++
  :: else -> break
  od; x = 0
}
/* The program runs on the state of sequential execution: the attempt must have read that. Leaves its writes in w0, w1. */
inline oracle(f) {
  v = seq[rk[f]]; u = seq[1-rk[f]];
  assert(rv[f*NK+rk[f]]==v+1);
  assert(rv[f*NK+1-rk[f]]==(SECOND(f,v) -> u+1 : 0));
  effects(f,v,u);
  if :: w0!=0 -> seq[0] = w0-1 :: else fi;
  if :: w1!=0 -> seq[1] = w1-1 :: else fi;
  rv[f*NK] = 0; rv[f*NK+1] = 0; rs[f*NK] = 0; rs[f*NK+1] = 0;
  v = 0; u = 0
}
inline forget(j) { rv[(j)*NK] = 0; rv[(j)*NK+1] = 0; rs[(j)*NK] = 0; rs[(j)*NK+1] = 0 }
/* In turn: on confirmed records alone, by whoever nobody can overtake. */
inline readInTurn(i) {
  forget(i);
  x = rk[i]; v = head[x]; rv[i*NK+x] = v+1; rs[i*NK+x] = hsrc[x];
  if :: SECOND(i,v) -> x = 1-x; rv[i*NK+x] = head[x]+1; rs[i*NK+x] = hsrc[x] :: else fi;
  x = 0; v = 0
}
inline nextAttempt(j) { att[j]++; forget(j); assert(att[j]<=CAP) }

proctype slot(byte s) {
  byte i, x, pos, v, u, w0, w1, k, f, c; bit ok, second, redo;
again:
  do
  :: atomic { F==NT && token==0 -> goto end }

  /* confirmReady: the token by compare-and-swap */
  :: atomic { CANCONFIRM && FREE -> token = s+1; f = F; goto merging }
#if CAP>1
#ifdef M_ADVNOTOKEN                    /* detection compares, then swaps, without the token */
  :: atomic { WAITS(F+1,F) -> i = F+1; c = att[i]; d_step { judge(i) };
       if :: !ok -> skip :: ok -> ok = 0; i = 0; c = 0; goto again fi };
     atomic {
       if
       :: st[i]==DONE && att[i]==c -> assert(i>=F); d_step { st[i] = READY; nextAttempt(i) }
       :: else
       fi; i = 0; c = 0 }
#else
  /* detectInAdvance */
  :: atomic { FREE && begun && F<NT && WAITS(F+1,F) -> token = s+1 };
     atomic { if :: WAITS(F+1,F) -> d_step { st[F+1] = READY; nextAttempt(F+1) } :: else fi };
     token = 0
#endif
#endif

  /* claimStep: compare-and-swap of the control word */
  :: atomic { (CLAIMABLE(0) || CLAIMABLE(1) || CLAIMABLE(2) || CLAIMABLE(3)) ->
       if :: CLAIMABLE(0) -> i = 0
          :: CLAIMABLE(1) -> i = 1
          :: CLAIMABLE(2) -> i = 2
          :: CLAIMABLE(3) -> i = 3
       fi;
#ifdef M_NOCAS                         /* load, then store */
     }
     atomic {
#endif
       st[i] = RUN; own[i] = s; break }
  od;

  /* perform: in turn? Asked after the claim */
  if
  :: atomic { TURN(i) -> d_step { readInTurn(i) } } goto publishFinal
  :: atomic { !TURN(i) -> x = rk[i] }
  fi;

  /* executeAhead. newestBelow: the frontier, then down the chain, a control word for each version */
look:
#ifdef ANY
  atomic {
    if
    :: v = head[x]; c = hsrc[x]
    :: i>0 && ver[P(x,0,0)]!=0     -> v = ver[P(x,0,0)]-1;     c = P(0,0,0)+1
    :: i>0 && ver[P(x,0,CAP-1)]!=0 -> v = ver[P(x,0,CAP-1)]-1; c = P(0,0,CAP-1)+1
    :: i>1 && ver[P(x,1,0)]!=0     -> v = ver[P(x,1,0)]-1;     c = P(0,1,0)+1
    :: i>1 && ver[P(x,1,CAP-1)]!=0 -> v = ver[P(x,1,CAP-1)]-1; c = P(0,1,CAP-1)+1
    fi };
#else
  c = F;
  pos = P(x,i,0);
  do
  :: d_step {                          /* load VER_NEXT */
       do
       :: pos>x*NT*NA && ver[pos-1]==0 -> pos--
       :: pos>x*NT*NA && ver[pos-1]!=0 -> pos--; k = (pos-x*NT*NA)/NA; break
       :: else -> pos = NONE; k = NONE; break
       od }
     if                                /* load the writer's control word */
     :: atomic { pos==NONE || k<c -> v = head[x]; c = hsrc[x]; break }          /* NO_VERSION: the confirmed record */
     :: atomic { pos!=NONE && k>=c && st[k]>=DONE && att[k]==(pos-x*NT*NA)%NA -> v = ver[pos]-1; c = pos-x*NT*NA+1; break }
     :: atomic { pos!=NONE && k>=c && st[k]>=DONE && att[k]!=(pos-x*NT*NA)%NA -> skip }
     :: atomic { pos!=NONE && k>=c && st[k]==RUN && att[k]==(pos-x*NT*NA)%NA -> skip }
     :: atomic { pos!=NONE && k>=c && (st[k]==READY || (st[k]==RUN && att[k]!=(pos-x*NT*NA)%NA)) -> goto depend }
     fi
  od;
#endif
#ifdef M_PUBFIRST                      /* DONE before the outcome is complete */
  atomic { if :: st[i]==RUN -> st[i] = DONE :: else fi };
#endif
  atomic {
    pos = 0; k = 0;
    rv[i*NK+x] = v+1; rs[i*NK+x] = c;
    c = 0;
    if
    :: !second && SECOND(i,v) -> second = 1; u = v; x = 1-x; goto look
    :: !second && !SECOND(i,v) -> u = 0
    :: second -> w0 = v; v = u; u = w0; w0 = 0
    fi; second = 0; x = 0;
    d_step { effects(i,v,u); v = 0; u = 0 } }

  /* publishVersions: one after the other, as far as the memory goes */
  if
  :: w0!=0 -> atomic { assert(ver[P(0,i,att[i])]==0); ver[P(0,i,att[i])] = w0; w0 = 0 }
  :: w0 = 0
  fi;
  if
  :: w1!=0 -> atomic { assert(ver[P(1,i,att[i])]==0); ver[P(1,i,att[i])] = w1; w1 = 0 }
  :: w1 = 0
  fi;
#ifdef M_LATEFINAL                     /* in turn? asked at the end of the attempt */
  atomic { if :: TURN(i) -> st[i] = FINAL :: else -> st[i] = DONE fi; own[i] = 0; i = 0 }
#elif defined(M_PUBFIRST)
  i = 0;
#else
  atomic { assert(st[i]==RUN && own[i]==s); st[i] = DONE; own[i] = 0; i = 0 }
#endif
  goto again;

publishFinal:
  atomic { assert(st[i]==RUN && own[i]==s && TURN(i)); st[i] = FINAL; own[i] = 0; i = 0 }
  goto again;

depend:                                /* returnStep: the attempt left nothing, its number is used up */
  atomic { own[i] = 0; st[i] = READY; nextAttempt(i);
    i = 0; x = 0; v = 0; u = 0; c = 0; pos = 0; k = 0; second = 0 }
  goto again;

merging:                               /* confirmRun */
  if
  :: !begun -> atomic { head[0] = 2; hsrc[0] = NT*NA+1; seq[0] = 2 }; begun = 1
  :: else
  fi;
  do
  :: f<NT ->
     if
     :: atomic { st[f]==READY && f<U -> st[f] = RUN; own[f] = s; d_step { readInTurn(f) } }           /* executeHere */
     :: atomic { st[f]==RUN || (st[f]==READY && f>=U) -> break }                                      /* WAIT */
     :: atomic { st[f]==FINAL -> d_step { judge(f) }; assert(ok); ok = 0 }
     :: atomic { st[f]==DONE ->
          d_step { judge(f) };
#ifdef RETREAT
          if :: true :: U<=f -> U = f+2 fi;
#endif
          if
          :: HOLDS -> ok = 0
          :: else -> ok = 0;
             if
             :: f<U -> st[f] = RUN; own[f] = s; d_step { nextAttempt(f); readInTurn(f) }             /* restart, executeHere */
#ifdef SHADOW
             :: f>=U -> st[f] = RUN; own[f] = s; nextAttempt(f); redo = 1; break
#else
             :: f>=U -> st[f] = READY; nextAttempt(f); break
#endif
             fi
          fi }
     fi;
#ifdef M_EARLYF                        /* the frontier before the records */
     atomic { d_step { oracle(f) }; assert(f>=F); F = f+1 };
#else
     d_step { oracle(f) };
#endif
     /* publishWrites: a store of the head per key, then the frontier */
     if :: w0!=0 -> atomic { head[0] = w0-1; hsrc[0] = P(0,f,att[f])+1; w0 = 0 } :: else fi;
     if :: w1!=0 -> atomic { head[1] = w1-1; hsrc[1] = P(0,f,att[f])+1; w1 = 0 } :: else fi;
     assert(head[0]==seq[0] && head[1]==seq[1]);
#ifdef M_RELFIRST                      /* the token is given back before the frontier is stored */
     token = 0;
#endif
#ifndef M_EARLYF
     atomic { assert(f==F); F = f+1 };                                         /* advanceFrontier */
#endif
     f++
  :: f==NT -> break
  od;
  token = 0;
  if
  :: atomic { redo -> redo = 0; i = f; f = 0 } d_step { readInTurn(i) }; goto publishFinal
  :: atomic { !redo -> f = 0 }
  fi;
  goto again;
end:
  skip
}

init {
  byte j;
  atomic {
    do
    :: j<NT ->
       if
       :: KMIN<=0 && 0<=KMAX -> kind[j] = 0
       :: KMIN<=1 && 1<=KMAX -> kind[j] = 1
       :: KMIN<=2 && 2<=KMAX -> kind[j] = 2
       :: KMIN<=3 && 3<=KMAX -> kind[j] = 3
       :: KMIN<=4 && 4<=KMAX -> kind[j] = 4
       fi;
       if :: rk[j] = 0 :: j>0 -> rk[j] = 1 fi;          /* the keys are alike: the first is fixed */
       st[j] = READY; j++
    :: else -> break
    od;
    j = 0;
#ifndef PRE
    begun = 1;
#endif
    run slot(0); run slot(1);
#if NS>2
    run slot(2)
#endif
  }
}
