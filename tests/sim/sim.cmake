# kith-sim: the rules of two to fifty companies on the RAM twin, with faults drawn from
# seeds. `kith-sim --schedules 1 --seed S --verbose` replays one schedule and
# prints its history; a schedule that fails prints it by itself.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
if(sources)
    add_executable(kith-sim ${sources})
    kith_test_target(kith-sim)
    kith_link(kith-sim PRIVATE ${KITH_TEST_LIBRARIES})
    # Calls that the simulator stands between, in its own program alone:
    # signatures it made are not verified again (sim_memo.c), and calls of
    # rules go wrong on purpose (sim_bugs.c).
    foreach(call IN ITEMS
            crypto_sign_detached crypto_sign_verify_detached
            agreement_own_step apply_item audit_add cache_drop claim_judge
            fork_keep gate_ask grant_narrow key_change_tell keyring_pin kith_receipt_sign
            kith_seal_entry kith_witness link_tick next_log_open outbox_add
            openness_covers openness_lower
            outbox_add_revision outbox_step_back partner_take_card pending_settle pump_frame
            quota_ask recover_entry
            store_link_put store_queue_next store_told_draw store_told_put
            view_project view_same)
        target_link_options(kith-sim PRIVATE -Wl,--wrap=${call})
    endforeach()
    # COUNT schedules from SEED on; behind them options.
    function(kith_sim_test name count seed)
        add_test(NAME sim.${name}${count}-from-${seed}
            COMMAND kith-sim ${ARGN} --schedules ${count} --seed ${seed})
        kith_test_properties(sim.${name}${count}-from-${seed} sim 600)
    endfunction()
    # In parts, so that two cores share them. With sanitizers each schedule
    # takes longer: a tenth, of other seeds.
    if(KITH_SANITIZE OR KITH_COVERAGE)
        kith_sim_test("" 350 100001)
        kith_sim_test("" 350 100351)
        kith_sim_test(many- 150 100001 --many)
        kith_sim_test(many- 150 100151 --many)
    else()
        kith_sim_test("" 3500 1)
        kith_sim_test("" 3500 3501)
        kith_sim_test(many- 1500 1 --many)
        kith_sim_test(many- 1500 1501 --many)
    endif()
    # A day of virtual time: what nobody posted makes nothing grow.
    if(KITH_SANITIZE OR KITH_COVERAGE)
        set(hours 6)
    else()
        set(hours 24)
    endif()
    add_test(NAME sim.soak COMMAND kith-sim --soak ${hours})
    kith_test_properties(sim.soak sim 300)
    # Bugs that are put in on purpose: each must be noticed.
    add_test(NAME sim.broken COMMAND kith-sim --schedules 400 --break all)
    kith_test_properties(sim.broken sim 300)
endif()
