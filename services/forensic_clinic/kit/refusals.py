"""Why something is not done with a kit."""

from enum import StrEnum


class KitRefusal(StrEnum):
    """Why a command on a kit is refused."""

    NUMBER_TAKEN = "kit_number_taken"
    NOT_OPEN = "kit_not_open"
    NOT_SEALED = "kit_not_sealed"
    UNREPORTED = "kit_unreported"
    REPORTED_ALREADY = "kit_reported_already"
    WENT_ON = "kit_went_on"
    NOT_CALLED = "police_not_called"
    NOT_HELD = "kit_not_held"
    HOLDER_WORKS = "kit_holder_works"
    IN_TRANSIT = "kit_in_transit"
    NOT_OFFERED = "kit_not_offered"
    OWN_OFFER = "own_offer"
    NO_DOUBT = "seal_not_doubted"
    HEARD_ALREADY = "heard_already"
    NOT_AT_LABORATORY = "not_at_laboratory"
    RESULT_RECORDED = "result_recorded"
    NO_SUCH_STEP = "kit_no_such_step"
    TEST_BEGUN = "kit_test_begun"
    NOT_TESTED_YET = "kit_not_tested_yet"
    UPLOADED_ALREADY = "kit_uploaded_already"
    NOT_TO_BE_TESTED = "kit_not_to_be_tested"
    DECIDED_ALREADY = "kit_decided_already"
    DECISION_WAITS = "kit_decision_waits"
    NO_DECISION = "kit_no_decision"
    OWN_DECISION = "own_kit_decision"
    NOT_ASSENTED = "kit_decision_not_assented"
